// Calls Server.Run with Go's own net/rpc client, so many calls in flight on one connection, and
// prints the answered calls a second.
package main

import (
	"flag"
	"fmt"
	"net/rpc"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type null struct{}

func main() {
	address := flag.String("address", "127.0.0.1:9999", "of the server")
	inFlight := flag.Int("in-flight", 256, "calls at a time")
	seconds := flag.Float64("seconds", 3, "how long")
	flag.Parse()
	client, err := rpc.Dial("tcp", *address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var calls int64
	var wait sync.WaitGroup
	start := time.Now()
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	for i := 0; i < *inFlight; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for time.Now().Before(end) {
				if err := client.Call("Server.Run", &null{}, &null{}); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				atomic.AddInt64(&calls, 1)
			}
		}()
	}
	wait.Wait()
	fmt.Printf("%.0f\n", float64(calls)/time.Since(start).Seconds())
}
