# goscan: `make demo` shows what it does, `make test` proves it.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.15.1
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: build fmt lint test prove bench demo dev clean clickhouse platforms dist release vulnerabilities

build: ## the binary, ./goscan
	go build -o goscan .

fmt:
	gofmt -w .

lint: ## format, vet, staticcheck, and the direction of imports
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -count=1 -run 'Arrows|Sync(Knows|Exports)|NoInit|NoFloat' ./cmd
	go mod tidy -diff

clickhouse: ## a ClickHouse for the tests, once (linux/amd64 with npm)
	@bash .ci/clickhouse

# Package cmd runs goscan as a process hundreds of times, which the race detector makes ten times slower: there it gets a part.
test: clickhouse ## everything; RACE=1 as CI does, with the race detector where it is affordable
ifdef RACE
	go test -race -timeout 30m $$(go list ./... | grep -v '/cmd$$')
	go test -timeout 30m ./cmd
	go test -race -timeout 30m -run 'TestAFault|TestASecond|TestScripts/(sync|unreconciled)' ./cmd
else
	go test ./...
endif

prove: clickhouse ## what takes minutes: kills, cut connections, a quarter of restatements, the fuzzers
	go test -tags prove -timeout 30m -run '^TestProve' ./...
	@bash .ci/fuzz

bench: clickhouse ## one table of how fast, how small and how flat goscan is: ten minutes of both cores; BENCH=quick is two, BENCH=full
	go build -o goscan .
	@go run ./cmd/bench $(BENCH)

demo: ## both clouds, simulated, into the embedded ledger, and a report
	@echo "building goscan (the first build takes a minute or two) ..."
	@go build -o goscan .
	@./goscan demo

dev: ## rebuild, vet and test what changed whenever a file changes; ARGS="report" reruns a command too
	@while true; do \
	  now=$$(find . -name '*.go' -o -name '*.sql' -o -name '*.yaml' | grep -v '^./.git/' | xargs ls -l --time-style=full-iso 2>/dev/null | cksum); \
	  if [ "$$now" != "$$last" ]; then last=$$now; clear; date +%T; \
	    go build -o goscan . && { [ -z "$(ARGS)" ] || ./goscan $(ARGS); } && go vet ./... && echo ok; fi; \
	  sleep 1; done

platforms: ## that goscan builds for each platform, without C
	@for p in $(PLATFORMS); do echo "$$p"; CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} go build -trimpath -o /dev/null . || exit 1; done

dist: ## packages, archives, checksums and parts lists of this commit, into dist/release
	go run $(GORELEASER) release --snapshot --clean --skip=publish
	.ci/try-packages $(PLATFORMS)

release: ## the same of a tag, uploaded
	go run $(GORELEASER) release --clean

vulnerabilities: ## that no known vulnerability is reached (asks vuln.go.dev)
	go run $(GOVULNCHECK) ./...

clean:
	rm -rf goscan dist
	go clean -testcache
