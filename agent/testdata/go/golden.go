package main

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/rpc"
	"os"
	"time"
)

type inner struct {
	Name string
	Deep *inner
}

type everything struct {
	Yes     bool
	Int     int
	Least   int64
	Most    uint64
	Float   float64
	Complex complex128
	Text    string
	Bytes   []byte
	List    []int
	Array   [3]string
	Map     map[string]int
	Inner   inner
	Any     interface{}
	Nothing interface{}
	Time    time.Time
	Empty   string
}

// recorder keeps what goes by.
type recorder struct {
	net.Conn
	read, written bytes.Buffer
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.read.Write(p[:n])
	return n, err
}

func (r *recorder) Write(p []byte) (int, error) {
	r.written.Write(p)
	return r.Conn.Write(p)
}

// golden prints what Go's own encoder and net/rpc make, as JSON of hex.
func golden() {
	result := map[string]string{}
	encode := func(name string, values ...interface{}) {
		var out bytes.Buffer
		encoder := gob.NewEncoder(&out)
		for _, value := range values {
			if err := encoder.Encode(value); err != nil {
				panic(err)
			}
		}
		result[name] = hex.EncodeToString(out.Bytes())
	}
	gob.Register(inner{})
	gob.Register([]inner{})
	encode("ints", 0, 1, -1, 63, 64, -64, -65, 1<<31, int64(math.MaxInt64), int64(math.MinInt64), int64(1<<53-1), int64(-(1<<53 - 1)))
	encode("uints", uint(0), uint(127), uint(128), uint(255), uint(256), uint64(1<<53-1), uint64(1<<53), uint64(math.MaxUint64))
	encode("floats", 0.0, 1.0, -1.0, 17.0, 0.1, math.Inf(1), math.MaxFloat64, math.SmallestNonzeroFloat64)
	encode("scalars", true, false, "", "h\u00e9llo", []byte{0, 255}, 1+2i)
	encode("lists", []int{}, []int{1, -2}, [2]string{"a", ""}, map[string]bool{"x": true})
	encode("empty struct", Null{}, Null{})
	encode("definition within a value", struct{ Any interface{} }{[]inner{{Name: "x"}}})
	encode("everything", everything{
		Yes: true, Int: -5, Least: math.MinInt64, Most: math.MaxUint64, Float: 2.5, Complex: 1 - 1i,
		Text: "text", Bytes: []byte("bytes"), List: []int{1, 2, 3}, Array: [3]string{"a", "", "c"},
		Map: map[string]int{"k": 7}, Inner: inner{"one", &inner{"two", nil}},
		Any: inner{Name: "x"}, Time: time.Unix(1, 0).UTC(),
	}, everything{})

	here, there := net.Pipe()
	server := &Server{out: nil}
	services := rpc.NewServer()
	if err := services.RegisterName("Server", &goldenServer{server}); err != nil {
		panic(err)
	}
	go services.ServeConn(there)
	tape := &recorder{Conn: here}
	client := rpc.NewClient(tape)
	for i := 0; i < 300; i++ {
		if err := client.Call("Server.Run", &Null{}, &Null{}); err != nil {
			panic(err)
		}
	}
	client.Call("Server.Fail", &Null{}, &Null{})
	client.Call("Server.Missing", &Null{}, &Null{})
	client.Close()
	result["rpc requests"] = hex.EncodeToString(tape.written.Bytes())
	result["rpc responses"] = hex.EncodeToString(tape.read.Bytes())
	out, _ := json.MarshalIndent(result, "", "  ")
	io.WriteString(os.Stdout, string(out)+"\n")
}

type goldenServer struct{ *Server }

// Run answers.
func (s *goldenServer) Run(_ *Null, _ *Null) error { return nil }

// Fail answers with an error.
func (s *goldenServer) Fail(_ *Null, _ *Null) error { return io.ErrUnexpectedEOF }
