package remote

import "testing"

// Only what concerns a token keeps questions about it from sharing an answer: strangers who present
// bad tokens must not.
func TestQuestionsOfAGenerationShareAnAnswer(t *testing.T) {
	c := newVerdicts(8)
	before := c.generation("a")
	for range 20 {
		c.refuse("b")
	}
	if c.generation("a") != before {
		t.Error("another token counts")
	}
	c.refuse("a")
	refused := c.generation("a")
	if refused == before {
		t.Error("a refusal does not count")
	}
	c.forget("somebody")
	if c.generation("a") == refused || c.generation("new") == before {
		t.Error("that somebody was forgotten does not count")
	}
}
