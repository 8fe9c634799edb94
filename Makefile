# kasir: every target says what it is for; make help lists them.
SHELL      := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
export GOTOOLCHAIN := local

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.2.0
# What must build and pass on a 32-bit machine too: everything without cgo.
PURE        := ./terminal/... ./display/... ./backend/wire ./backend/ledger ./backend/midtrans
VERSION     := $(shell .ci/stamp | sed -n s/^VERSION=//p)
STAMP       := -X main.version=$(VERSION)

.PHONY: help demo test licences vuln voice check fmt vet lint tidy pure arm clean-tree static screens scan cover bench storm storm-processes storm-chain bench-backend soak crash mutate fuzz build go cc

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14

demo: go cc ## a till, a backend and a provider on this machine, with one page to try them: http://127.0.0.1:8080
	$(GO) build -o bin/ ./cmd/kasir-demo
	@exec bin/kasir-demo

# Three packages at a time, also on two cores: many wait for programs that they started.
test: go cc ## every test, with the race detector; some minutes when warm
	@.ci/need chromium zbarimg:zbar-tools pg_ctlcluster:postgresql
	KASIR_BROWSER=1 $(GO) test -race -p 3 -timeout 10m ./...

licences: go ## the list of what the programs are made of and under which licences, anew: cmd/kasir-licences/LICENSES
	$(GO) run ./cmd/kasir-licences -o cmd/kasir-licences/LICENSES

vuln: go ## known vulnerabilities in what we call; asks vuln.go.dev, so it is not among what CI does, or a copy: VULNDB=file:///...
	$(GO) run $(GOVULNCHECK) $(if $(VULNDB),-db $(VULNDB)) ./...

check: fmt vet lint tidy pure arm arm-slice image-check clean-tree ## what CI checks besides the tests

build: go cc ## the programs for this machine, into bin/
	$(GO) build -trimpath -ldflags '$(STAMP)' -o bin/ ./cmd/kasir ./cmd/kasir-backend ./cmd/midtrans-sandbox ./cmd/kasir-demo

static: go cc ## the backend as one file that wants no library, as its container has it: bin/kasir-backend
	CGO_ENABLED=1 $(GO) build -trimpath -tags sqlite_omit_load_extension,netgo,osusergo -ldflags '$(STAMP) -s -w -linkmode external -extldflags=-static' -o bin/ ./cmd/kasir-backend
	@ldd bin/kasir-backend 2>&1 | grep -q 'not a dynamic executable' || { echo "bin/kasir-backend wants libraries" >&2; exit 1; }

screens: go ## every screen on every glass in both languages, as one page: bin/screens.html
	$(GO) run ./cmd/kasir-screens -o bin/screens.html

voice: go ## the words of the till, recorded again by espeak-ng into terminal/speaker/voice/recorded
	@.ci/need espeak-ng
	$(GO) run ./cmd/kasir-voice

scan: go ## every code of every screen on the recommended glasses, photographed in many ways and read by two readers; pictures of failures into bin/scan
	@.ci/need zbarimg:zbar-tools
	@mkdir -p bin/scan
	KASIR_SCAN=$(CURDIR)/bin/scan $(GO) test -count=1 -timeout 30m -run CodesByCamera -v ./display

bench: go cc ## figures as ratios, each measured in one run against a named floor or peer
	@.ci/need qr:python3-qrcode+python3-pil
	$(GO) run ./cmd/kasir-bench

bench-backend: go cc ## the backend's figures as ratios: durable charges, group commit, waking, memory of a device that waits
	@.ci/need pg_ctlcluster:postgresql
	$(GO) run ./cmd/kasir-bench -backend

SEEDS ?= 100000
storm: go ## stories of money in which everything goes wrong, SEEDS of them; one again: bin/kasir-storm -seed N
	$(GO) build -o bin/ ./cmd/kasir-storm
	bin/kasir-storm -seeds $(SEEDS)
	bin/kasir-storm -plants

storm-processes: go cc ## kill -9 of every program at random moments of 200 sales, over a bad network; three books must agree
	KASIR_STORM=$${SALES:-200} $(GO) test -count=1 -timeout 60m -run Storm -v ./cmd/...

storm-chain: go cc ## three backends on one PostgreSQL, 200 terminals, a kill -9 a second, connections cut, for MINUTES (10); three books must agree
	@.ci/need pg_ctlcluster:postgresql
	KASIR_CHAIN_MINUTES=$${MINUTES:-10} $(GO) test -count=1 -timeout 60m -run StormChain -v ./cmd/kasir-backend

soak: go cc ## a month of twenty tills in virtual time; nothing may grow but by what was sold; about twenty minutes
	KASIR_SOAK_DAYS=$${DAYS:-30} KASIR_SOAK_TILLS=$${TILLS:-20} $(GO) test -count=1 -timeout 3h -run Soak -v ./cmd

crash: go cc ## the power is cut 20000 times under the journal's SQLite, and its card fails at every call; about a minute
	KASIR_CRASH=$${POINTS:-20000} $(GO) test -count=1 -timeout 60m -run 'PowerCut|FaultAt' -v ./store

mutate: go ## every small mistake in the two money cores is made once; their tests must see it, or a list says why not
	@$(GO) build -o bin/ ./cmd/kasir-mutate
	nice -n 19 bin/kasir-mutate -known backend/ledger/testdata/survivors.txt backend/ledger
	nice -n 19 bin/kasir-mutate -known terminal/testdata/survivors.txt terminal

cover: go ## every statement of the two money cores is run by their own tests
	@out=$$($(GO) test -cover ./terminal ./backend/ledger); echo "$$out"; \
	[ "$$(echo "$$out" | grep -c 'coverage: 100.0% of statements')" = 2 ]

fuzz: go cc ## every fuzz test for FUZZTIME each (5s; 60s at night), two at a time
	@.ci/fuzz $${FUZZTIME:-5s}

fmt: ## gofmt -s finds nothing to change
	@out=$$(git ls-files -z '*.go' | xargs -0 gofmt -s -l); [ -z "$$out" ] || { echo "gofmt -s -w" $$out; exit 1; }

vet: go cc ## go vet
	$(GO) vet ./...

lint: go cc ## staticcheck and shellcheck
	$(GO) run $(STATICCHECK) ./...
	@.ci/need shellcheck
	shellcheck .ci/*

tidy: go ## go.mod and go.sum say what is used, no more and no less
	$(GO) mod tidy -diff

pure: go ## the rooms without cgo pass their tests on a 32-bit machine
	CGO_ENABLED=0 GOARCH=386 $(GO) test $(PURE)

clean-tree: ## nothing above left anything behind
	@out=$$(git status --porcelain); [ -z "$$out" ] || { echo "the tree is not clean:"; echo "$$out"; exit 1; }

include buildroot/targets.mk

go:
	@command -v $(GO) >/dev/null || { echo "missing: Go 1.26 or newer - https://go.dev/dl (Debian: package golang-1.26 or newer)" >&2; exit 1; }
	@$(GO) env GOVERSION | grep -Eq '^go1\.(2[6-9]|[3-9][0-9])' || { echo "Go 1.26 or newer is needed, this is $$($(GO) env GOVERSION) - https://go.dev/dl" >&2; exit 1; }

cc:
	@.ci/need gcc:gcc+libc6-dev
