package main

import (
	"math"
	"sync"
	"time"
)

// growth is how far the bounds of two buckets are apart: what a percentile may be off by.
const growth = 1.02

// histogram counts durations in buckets, in little memory however many there are. It is safe for
// concurrent use.
type histogram struct {
	mu      sync.Mutex
	buckets map[int]int
	count   int
	most    time.Duration
}

func newHistogram() *histogram { return &histogram{buckets: map[int]int{}} }

func (h *histogram) add(d time.Duration) {
	bucket := int(math.Ceil(math.Log(float64(max(d, 1))) / math.Log(growth)))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buckets[bucket]++
	h.count++
	h.most = max(h.most, d)
}

// percentile returns a duration that share of all do not exceed.
func (h *histogram) percentile(share float64) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count == 0 {
		return 0
	}
	lowest, highest := math.MaxInt, math.MinInt
	for bucket := range h.buckets {
		lowest, highest = min(lowest, bucket), max(highest, bucket)
	}
	wanted, seen := int(math.Ceil(share*float64(h.count))), 0
	for bucket := lowest; bucket <= highest; bucket++ {
		if seen += h.buckets[bucket]; seen >= wanted {
			return min(h.most, time.Duration(math.Pow(growth, float64(bucket))))
		}
	}
	return h.most
}
