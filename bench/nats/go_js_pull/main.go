// Fills a JetStream memory stream and pulls it with nats.go's Fetch, so many messages at a time and
// so many pulls at once, and prints what it reached as JSON: the peer of `bench nats`.
//
//	go_js_pull URL MESSAGES BYTES BATCH PULLERS
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	log.SetFlags(0)
	url := os.Args[1]
	messages, size, batch, pullers := number(2), number(3), number(4), number(5)
	conn, err := nats.Connect(url)
	check(err)
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncMaxPending(512))
	check(err)
	ctx := context.Background()
	stream, err := js.CreateStream(ctx, jetstream.StreamConfig{
		Name: "BENCH_GO", Subjects: []string{"bench.go"}, Storage: jetstream.MemoryStorage,
	})
	check(err)
	payload := make([]byte, size)
	for range messages {
		_, err = js.PublishAsync("bench.go", payload, jetstream.WithStallWait(time.Minute))
		check(err)
	}
	<-js.PublishAsyncComplete()
	consumer, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: "puller", AckPolicy: jetstream.AckNonePolicy,
	})
	check(err)

	started := time.Now()
	var pulling sync.WaitGroup
	for range pullers {
		pulling.Go(func() { pull(consumer, messages/pullers, batch) })
	}
	pulling.Wait()
	seconds := time.Since(started).Seconds()

	check(js.DeleteStream(ctx, "BENCH_GO"))
	check(json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"count": float64(messages), "seconds": seconds,
	}))
}

func pull(consumer jetstream.Consumer, messages, batch int) {
	for left := messages; left > 0; {
		pulled, err := consumer.Fetch(batch)
		check(err)
		got := 0
		for range pulled.Messages() {
			got++
		}
		check(pulled.Error())
		if got < batch {
			log.Fatalf("a pull of %d brought %d messages", batch, got)
		}
		left -= got
	}
}

func number(at int) int {
	value, err := strconv.Atoi(os.Args[at])
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
