package remote

import (
	"net/http"
	"unicode/utf8"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// Statuses of success.
var (
	onlyOK      = []int{http.StatusOK}
	okOrCreated = []int{http.StatusOK, http.StatusCreated}
)

// errText refuses a text that JSON cannot carry as it is: another would be sent.
var errText = auth.NewError(http.StatusBadRequest, codeInvalid, "Not a valid string.")

func member(name, text string) wire.Member { return wire.Member{Name: name, Value: text} }

// encode returns a body of texts.
func encode(members wire.Members) ([]byte, error) {
	for _, m := range members {
		if text, _ := m.Value.(string); !utf8.ValidString(text) {
			return nil, errText
		}
	}
	return wire.Marshal(members)
}
