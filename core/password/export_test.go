package password

import "context"

// Parsed reports whether a stored text is a hash that would be computed, and its KiB of memory.
func Parsed(stored string) (memory uint32, ok bool) {
	h, ok := parse(stored)
	if !ok {
		return 0, false
	}
	return h.memory(), true
}

// Work returns what computing a stored hash takes: passes over a KiB of memory, or iterations.
func Work(stored string) int64 {
	h, _ := parse(stored)
	switch h := h.(type) {
	case argon2Hash:
		return int64(h.memoryKiB) * int64(h.time)
	case pbkdf2Hash:
		return int64(h.iterations)
	case bcryptHash:
		return 1 << h.cost
	case scryptHash:
		return int64(h.n) * int64(h.r) * int64(h.p)
	}
	return 0
}

// Run calls work when there is a permit for so many KiB of memory.
func (h *Hasher) Run(ctx context.Context, memory uint32, work func()) error {
	return h.permits.run(ctx, memory, work)
}

// Saved returns the iterations that a wrong password is made to take besides those of stored.
func (h *Hasher) Saved(stored string) int {
	parsed, _ := parse(stored)
	rest, _ := saved(parsed, h.preferred)
	return rest.iterations
}

// CommonWords returns the list of common passwords and the bytes that it occupies.
func CommonWords() (list []string, bytes int, err error) {
	words, err := commonPasswords()
	if err != nil {
		return nil, 0, err
	}
	for i := range words.ends {
		list = append(list, words.word(i))
	}
	return list, len(words.text) + 4*cap(words.ends), nil
}

// DecodeWords reports whether a compressed list can be read.
func DecodeWords(compressed []byte) error {
	_, err := decodeWords(compressed)
	return err
}
