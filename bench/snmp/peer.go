// A reader and a sweeper on gosnmp, used as its manual shows: a GoSNMP and a socket for each device, one goroutine each.
// Usage: peer PORT FIRST DEVICES AT_ONCE TIMEOUT TRIES ROUNDS WARM < lists of objects, one a line
// Prints: CPU seconds and wall seconds of the rounds that count, peak kilobytes, devices with all answers in the last round.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gosnmp/gosnmp"
)

func number(at int) int {
	value, err := strconv.Atoi(os.Args[at])
	if err != nil {
		panic(err)
	}
	return value
}

func used() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}

func main() {
	port, devices, atOnce := number(1), number(3), number(4)
	timeout, tries, rounds, warm := number(5), number(6), number(7), number(8)
	first := binary.BigEndian.Uint32(net.ParseIP(os.Args[2]).To4())
	var lists [][]string
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		lists = append(lists, strings.Fields(lines.Text()))
	}
	ask := func(n uint32) bool {
		address := make(net.IP, 4)
		binary.BigEndian.PutUint32(address, first+n)
		session := &gosnmp.GoSNMP{
			Target: address.String(), Port: uint16(port), Community: "public", Version: gosnmp.Version2c,
			Timeout: time.Duration(timeout) * time.Millisecond, Retries: tries - 1, MaxOids: 64,
		}
		if session.Connect() != nil {
			return false
		}
		defer session.Conn.Close()
		for _, list := range lists {
			answer, err := session.Get(list)
			if err != nil || len(answer.Variables) != len(list) {
				return false
			}
		}
		return true
	}
	var complete int64
	round := func() {
		atomic.StoreInt64(&complete, 0)
		var workers sync.WaitGroup
		next := int64(-1)
		for worker := 0; worker < atOnce; worker++ {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for n := atomic.AddInt64(&next, 1); n < int64(devices); n = atomic.AddInt64(&next, 1) {
					if ask(uint32(n)) {
						atomic.AddInt64(&complete, 1)
					}
				}
			}()
		}
		workers.Wait()
	}
	for done := 0; done < warm; done++ {
		round()
	}
	before, began := used(), time.Now()
	for done := 0; done < rounds; done++ {
		round()
	}
	wall := time.Since(began).Seconds()
	var usage syscall.Rusage
	cpu := used() - before
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	fmt.Printf("%f %f %d %d\n", cpu, wall, usage.Maxrss, complete)
}
