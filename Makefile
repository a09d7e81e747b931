# The front door. `make run` serves the bundled model, `make test` runs every test; both do all that is needed first.

SWIFT_FLAGS ?=
ARGS ?=
PREFIX ?= /usr/local
BUMBLE := Models/bumble/bumble-q8_0.gguf

# One self-contained binary where the toolchain can link its libraries statically.
ifeq ($(shell uname -s),Linux)
RELEASE := -c release --static-swift-stdlib
else
RELEASE := -c release
endif

.DEFAULT_GOAL := help
.PHONY: help run build test test-core clients lint format bench install uninstall clean train-bumble llama prerequisites

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

prerequisites:
	@scripts/prerequisites

llama: prerequisites
	@scripts/llama-cpp

build: llama ## build the release binary
	@scripts/swift-build $(RELEASE) --product swarm $(SWIFT_FLAGS)

run: build ## build all that is needed and serve on http://127.0.0.1:17615/v1 (ARGS="--port 8080")
	@exec "$$(swift build $(RELEASE) --show-bin-path)/swarm" serve $(ARGS)

test: llama lint ## run every test
	@scripts/swift-build --build-tests $(SWIFT_FLAGS)
	@scripts/run-tests $(SWIFT_FLAGS)

test-core: ## run the tests of the pure rooms only: about a minute, no llama.cpp, no networking
	LOCAL_SWARM_SLICE=core swift test --scratch-path .build/core $(SWIFT_FLAGS)

clients: build ## run real clients against the build (needs the network once; ARGS="--runs 200")
	@scripts/check-clients $(ARGS) "$$(swift build $(RELEASE) --show-bin-path)/swarm"

lint: ## check format and house rules
	@scripts/lint

format: ## format all Swift files in place
	swift format format --in-place --parallel --recursive Sources Tests Benchmarks Package.swift

bench: build ## measure (table, and one file per figure in Benchmarks/results)
	@scripts/llama-cpp tools
	@scripts/swift-build $(RELEASE) --product SwarmBench $(SWIFT_FLAGS)
	@Benchmarks/run $(ARGS)

install: build ## install the binary and the bundled model under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/local-swarm/models"
	install -m 755 "$$(swift build $(RELEASE) --show-bin-path)/swarm" "$(DESTDIR)$(PREFIX)/bin/swarm"
	install -m 644 $(BUMBLE) "$(DESTDIR)$(PREFIX)/share/local-swarm/models/"

uninstall: ## remove what install put under PREFIX
	rm -f "$(DESTDIR)$(PREFIX)/bin/swarm"
	rm -rf "$(DESTDIR)$(PREFIX)/share/local-swarm"

train-bumble: llama ## train the bundled model again (about an hour)
	@scripts/train-bumble

clean: ## remove build results of this clone (llama.cpp stays in the cache)
	rm -rf .build .llama Benchmarks/results
