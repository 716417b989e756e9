# Every target works on all modules of go.work.
MODULES := $(shell go list -m -f '{{.Dir}}')
BIN     := $(CURDIR)/.bin
LINT    := $(BIN)/golangci-lint
export GOBIN := $(BIN)

GOLANGCI_LINT_VERSION := v2.15.0
# A number of inputs: go test can fail a run that a time limit ends, without any bad input.
FUZZTIME ?= 20000x

.DEFAULT_GOAL := check
.PHONY: check test race lint fix tidy cover fuzz bench crash load sizes help

check: tidy-check lint race ## What a commit must pass (default)

test: ## Run the tests
	go test work
	go test -count=1 ./example/pages # files of other modules do not count for the cache of tests

race: ## Run the tests with the race detector
	go test -race work

lint: $(LINT) ## Vet and lint
	go vet work
	$(LINT) run $(addsuffix /...,$(MODULES))

fix: $(LINT) ## Format, and fix what can be fixed
	$(LINT) run --fix $(addsuffix /...,$(MODULES))

tidy: ## Tidy every go.mod
	@for m in $(MODULES); do (cd $$m && go mod tidy) || exit 1; done

.PHONY: tidy-check
tidy-check:
	@for m in $(MODULES); do (cd $$m && go mod tidy -diff) || exit 1; done

cover: ## Report the coverage of core, by the tests of all modules
	go test -coverpkg=github.com/authplug/authplug/core/... -coverprofile=.bin/cover.out work
	go tool cover -func=.bin/cover.out | tail -1

# One test binary for each package: linking takes as long as fuzzing.
fuzz: ## Fuzz every target with a few inputs
	@cache=$$(go env GOCACHE)/fuzz; mkdir -p $(BIN); \
	for d in $$(grep -rl --include='*_test.go' '^func Fuzz' $(MODULES) | xargs -n 1 dirname | sort -u); do \
		cd $$d && go test -c -fuzz . -o $(BIN)/fuzz.test . || exit 1; \
		for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' *_test.go); do \
			echo "$$t in $$d"; \
			$(BIN)/fuzz.test -test.run '^$$' -test.fuzz "^$$t\$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzminimizetime 20x -test.fuzzcachedir $$cache/$$(go list .) || exit 1; \
		done; \
	done; rm $(BIN)/fuzz.test

bench: ## Measure beside the peers: ratios, allocations, winners (docs/performance.md)
	@cd bench && go run .

crash: ## Kill auth-services again and again, on all databases (docs/stores.md)
	go run ./example/crash

load: ## Put auth-services under load, on all databases and frameworks (docs/performance.md)
	go run ./example/load

sizes: ## Compare a thousand users with a million, on SQLite and PostgreSQL (docs/performance.md)
	go run ./example/sizes

$(LINT): Makefile
	go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
