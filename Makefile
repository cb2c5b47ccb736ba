# Veilleuse. `make run` opens the demo house; `make test` proves everything; `make build` makes what is installed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)

LISTEN ?= 127.0.0.1:3000
DEMO ?= target/demo
WASM := target/front/wasm32-unknown-unknown/wasm-release/hydrate.wasm

.PHONY: run test build bench need site site-loud server lint test-rust test-browser clean-demo

## The demo house on http://127.0.0.1:3000 (LISTEN=… elsewhere, DEMO=… another folder).
run: site server
	@[ -e $(DEMO)/data ] || target/debug/veilleuse --data $(DEMO)/data demo --beds 16 --years 2
	target/debug/veilleuse --data $(DEMO)/data serve --listen $(LISTEN) --site target/site

## Everything that is proved, on both engines and in a real browser.
test: site server lint test-rust test-browser

## What is installed: target/release/veilleuse and target/site beside it.
build: site
	cargo build --release --locked -p server

## Figures of a release build: docs/figures.md says how each is taken.
bench: build
	cargo bench --locked -p server --bench figures
	node tools/first_visit.mjs

need:
	@tools/need.sh

site: need
	cargo build --locked -p hydrate --target wasm32-unknown-unknown --profile wasm-release --target-dir target/front
	node tools/site.mjs $(WASM) target/site

server:
	cargo build --locked -p server

lint:
	cargo fmt --all -- --check
	cargo clippy --locked --workspace --exclude hydrate --all-targets -- -D warnings

test-rust:
	tools/with-postgres.sh cargo test --locked --workspace --exclude hydrate

# Once with the module as it is delivered, then the hydrated journeys with one that checks itself.
test-browser: site-loud
	cd end2end && playwright test
	cd end2end && VEILLEUSE_SITE=../target/site-loud playwright test --project=fr

site-loud: need
	cargo build --locked -p hydrate --target wasm32-unknown-unknown --profile wasm-loud --target-dir target/front
	node tools/site.mjs target/front/wasm32-unknown-unknown/wasm-loud/hydrate.wasm target/site-loud loud

clean-demo:
	rm -rf $(DEMO)
