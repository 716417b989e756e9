package replay

import (
	"sync"

	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/token"
)

// The keys of services that do not sign with the published one. They live for one run.
var (
	rsaPair      = sync.OnceValue(func() forge.Pair { return forge.NewPair(token.RS256) })
	otherRSAPair = sync.OnceValue(func() forge.Pair { return forge.NewPair(token.RS256) })
	ecPair       = sync.OnceValue(func() forge.Pair { return forge.NewPair(token.ES256) })
)
