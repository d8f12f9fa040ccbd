// Publishes to a JetStream memory stream with nats.go's asynchronous publish, so many in flight at
// once, and prints what it reached as JSON: the peer of `bench nats`.
//
//	go_js_publish URL MESSAGES BYTES IN_FLIGHT
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	log.SetFlags(0)
	url := os.Args[1]
	messages, size, inFlight := number(2), number(3), number(4)
	conn, err := nats.Connect(url)
	check(err)
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncMaxPending(inFlight))
	check(err)
	ctx := context.Background()
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{
		Name: "BENCH_GO", Subjects: []string{"bench.go"}, Storage: jetstream.MemoryStorage,
	})
	check(err)
	payload := make([]byte, size)

	started := time.Now()
	for range messages {
		_, err = js.PublishAsync("bench.go", payload)
		check(err)
	}
	<-js.PublishAsyncComplete()
	seconds := time.Since(started).Seconds()

	stream, err := js.Stream(ctx, "BENCH_GO")
	check(err)
	info, err := stream.Info(ctx)
	check(err)
	if int(info.State.Msgs) != messages {
		log.Fatalf("the stream has %d of %d messages", info.State.Msgs, messages)
	}
	check(js.DeleteStream(ctx, "BENCH_GO"))
	check(json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"count": float64(messages), "seconds": seconds,
	}))
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
