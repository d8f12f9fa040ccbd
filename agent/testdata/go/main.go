// A load test binary as the agent runs them: net/rpc with gob on a local port, the interface
// Server.Run with empty structs, one JSON result a line on standard output. Flags make it behave
// badly. "golden" as its argument prints bytes that tests of the codec keep.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Null is what Server.Run takes and gives.
type Null struct{}

// Result is one line.
type Result struct {
	SequenceID string        `json:"sequenceID"`
	URL        string        `json:"url"`
	Method     string        `json:"method"`
	Status     int           `json:"status"`
	Size       int64         `json:"size"`
	Timestamp  time.Time     `json:"timestamp"`
	Duration   time.Duration `json:"duration"`
	Error      interface{}   `json:"error"`
}

var (
	listen     = flag.String("listen", "127.0.0.1:9999", "address of the RPC server")
	listenLate = flag.Duration("listen-late", 0, "wait before listening")
	never      = flag.Bool("never-listen", false, "run without a server")
	lines      = flag.Int("lines", 1, "results printed by one call")
	take       = flag.Duration("take", 0, "how long one call takes")
	takeLater  = flag.Duration("take-later", 0, "how long each call after the first takes; 0: as the first")
	failAll    = flag.Bool("fail", false, "answer every call with an error")
	failFirst  = flag.Int64("fail-first", 0, "answer that many calls with an error")
	failEvery  = flag.Int64("fail-every", 0, "answer every n-th call with an error")
	badEvery   = flag.Int64("bad-every", 0, "print a bad line with every n-th call")
	bad        = flag.String("bad", "not json", "the bad line; big: 10 MB, binary: rubbish, half: cut off at the end")
	flood      = flag.Int64("flood", 0, "print that many bytes of rubbish at the start")
	floodErr   = flag.Int64("flood-stderr", 0, "print that many bytes on standard error")
	fork       = flag.String("fork", "", "start a child that outlives: group, session")
	ignoreTerm = flag.Bool("ignore-term", false, "ignore SIGTERM")
	exitAfter  = flag.Int64("exit-after", 0, "exit after that many calls")
	exitCode   = flag.Int("exit-code", 3, "with that code")
	dropAfter  = flag.Int64("drop-after", 0, "close every connection once after that many calls")
	forGood    = flag.Bool("drop-for-good", false, "close new ones from then on, too")
	late       = flag.Int("late-lines", 0, "lines printed on SIGTERM, the last without its end")
	show       = flag.Bool("show", false, "print environment, folder, ids and limits on standard error")
)

// Server is the RPC service.
type Server struct {
	calls int64
	mu    sync.Mutex
	out   *bufio.Writer
	conns []net.Conn
}

// Run is one call.
func (s *Server) Run(_ *Null, _ *Null) error {
	call := atomic.AddInt64(&s.calls, 1)
	if call > 1 && *takeLater > 0 {
		time.Sleep(*takeLater)
	} else {
		time.Sleep(*take)
	}
	if *exitAfter > 0 && call > *exitAfter {
		os.Exit(*exitCode)
	}
	if *dropAfter > 0 && call == *dropAfter {
		s.mu.Lock()
		for _, conn := range s.conns {
			conn.Close()
		}
		s.mu.Unlock()
	}
	if *failAll || call <= *failFirst || (*failEvery > 0 && call%*failEvery == 0) {
		return errors.New("the target said no")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 0; i < *lines; i++ {
		s.print(call)
	}
	if *badEvery > 0 && call%*badEvery == 0 {
		printBad(s.out)
	}
	return s.out.Flush()
}

func (s *Server) print(call int64) {
	line, _ := json.Marshal(Result{
		SequenceID: fmt.Sprintf("%08x-seq", call), URL: "http://localhost:8080/", Method: "GET",
		Status: 200, Size: 1234, Timestamp: time.Now(), Duration: 1500 * time.Microsecond,
	})
	s.out.Write(line)
	s.out.WriteByte('\n')
}

func printBad(out *bufio.Writer) {
	switch *bad {
	case "big":
		fmt.Fprintln(out, strings.Repeat("x", 10_000_000))
	case "binary":
		for i := 0; i < 256; i++ {
			out.WriteByte(byte(i))
		}
		out.WriteByte('\n')
	default:
		fmt.Fprintln(out, *bad)
	}
}

func rubbish(file *os.File, bytes int64) {
	line := []byte(strings.Repeat("x", 1023) + "\n")
	block := []byte(strings.Repeat(string(line), 64))
	for ; bytes > 0; bytes -= int64(len(block)) {
		if _, err := file.Write(block); err != nil {
			return
		}
	}
}

func outlive() {
	child := exec.Command("sleep", "1000")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if *fork == "session" {
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "child %d\n", child.Process.Pid)
}

func showSelf() {
	for _, name := range os.Environ() {
		fmt.Fprintln(os.Stderr, "env", name)
	}
	folder, err := os.Getwd()
	fmt.Fprintln(os.Stderr, "cwd", folder, err)
	session, _, _ := syscall.Syscall(syscall.SYS_GETSID, 0, 0, 0)
	fmt.Fprintln(os.Stderr, "ids", os.Getuid(), os.Getgid(), os.Getpid() == syscall.Getpgrp(), int(session) == os.Getpid())
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "NoNewPrivs") || strings.HasPrefix(line, "CapBnd") {
			fmt.Fprintln(os.Stderr, "status", strings.Join(strings.Fields(line), " "))
		}
	}
	limits, _ := os.ReadFile("/proc/self/limits")
	for _, line := range strings.Split(string(limits), "\n") {
		fmt.Fprintln(os.Stderr, "limit", strings.Join(strings.Fields(line), " "))
	}
}

func main() {
	flag.Parse()
	if flag.Arg(0) == "golden" {
		golden()
		return
	}
	server := &Server{out: bufio.NewWriterSize(os.Stdout, 1<<16)}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		for range signals {
			if *ignoreTerm {
				continue
			}
			server.mu.Lock()
			for i := 0; i < *late; i++ {
				server.print(-1)
			}
			server.out.Flush()
			if *late > 0 {
				os.Stdout.WriteString(`{"cut":`)
			}
			os.Exit(0)
		}
	}()
	if *show {
		showSelf()
	}
	if *fork != "" {
		outlive()
	}
	rubbish(os.Stderr, *floodErr)
	rubbish(os.Stdout, *flood)
	time.Sleep(*listenLate)
	if *never {
		select {}
	}
	services := rpc.NewServer()
	if err := services.RegisterName("Server", server); err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		if *forGood && atomic.LoadInt64(&server.calls) >= *dropAfter {
			conn.Close()
			continue
		}
		server.mu.Lock()
		server.conns = append(server.conns, conn)
		server.mu.Unlock()
		go services.ServeConn(conn)
	}
}
