package remote

// recent numbers things as they come, from 1, and remembers the last so many of them.
type recent[K comparable] struct {
	size   uint64
	count  uint64
	number map[K]uint64 // the latest one of a thing
	order  []K          // a ring: number n is at (n-1) modulo size
}

func newRecent[K comparable](size int) recent[K] {
	return recent[K]{size: uint64(max(size, 1)), number: map[K]uint64{}}
}

// add gives k a number. For that it may have to forget the oldest thing, if that has not come once
// more since or was removed from the numbers.
func (r *recent[K]) add(k K) (oldest K, gone bool) {
	r.count++
	r.number[k] = r.count
	if r.count <= r.size {
		r.order = append(r.order, k)
		return oldest, false
	}
	slot := &r.order[(r.count-1)%r.size]
	oldest, *slot = *slot, k
	if r.number[oldest] != r.forgotten() {
		return oldest, false
	}
	delete(r.number, oldest)
	return oldest, true
}

// forgotten returns the latest number that is not remembered any more, 0 if all are.
func (r *recent[K]) forgotten() uint64 { return r.count - min(r.count, r.size) }
