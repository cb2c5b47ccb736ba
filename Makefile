# Veilleuse. `make run` opens the demo; `make test` proves everything; `make build` makes what is installed.
# Each installs what it lacks first (tools/packages.sh, tools/need-*.sh): through apt, or with the line to type.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/tools/node_modules/.bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)
# In the order written here, with -j too: what is missing is installed before anything is built, and cargo
# uses every core by itself.
.NOTPARALLEL:

LISTEN ?= 127.0.0.1:3000
DEMO ?= target/demo
# The code that runs in the browser, built in a folder of its own.
FRONT := --locked --target wasm32-unknown-unknown --target-dir target/front

.PHONY: run test build bench need-build need-test need-lint site site-loud server lint test-rust test-browser clean-demo

## The demo on http://127.0.0.1:3000 (LISTEN=… elsewhere, DEMO=… another folder).
run: site server
	@[ -e $(DEMO)/data ] || target/debug/veilleuse --data $(DEMO)/data demo --beds 16 --years 2
	target/debug/veilleuse --data $(DEMO)/data serve --listen $(LISTEN) --site target/site

## Everything that is proved, on both engines and in real browsers.
test: need-test lint site server test-rust test-browser

## What is installed: target/release/veilleuse and target/site beside it.
build: site
	cargo build --release --locked -p server

## Figures of a release build: docs/figures.md says how each is taken.
bench: need-test build
	cargo bench --locked -p server --bench figures
	node tools/first_visit.mjs

need-build:
	@tools/packages.sh build
	@tools/need-build.sh

need-test:
	@tools/packages.sh build test
	@tools/need-build.sh
	@tools/need-test.sh

need-lint: need-build
	@tools/need-lint.sh

site: need-build
	cargo build $(FRONT) -p hydrate --profile wasm-release
	node tools/site.mjs target/front/wasm32-unknown-unknown/wasm-release/hydrate.wasm target/site

server: need-build
	cargo build --locked -p server

## What can be said without running the program, the quickest first.
lint: need-lint
	cargo fmt --all -- --check
	node tools/shape.mjs --self-test
	node tools/shape.mjs
	tools/check-migrations.sh --self-test
	tools/check-migrations.sh
	tools/lint-dependencies.sh
	cargo clippy --locked --workspace --exclude hydrate --all-targets -- -D warnings
	cargo clippy $(FRONT) -p app -p hydrate --no-default-features --profile wasm-loud -- -D warnings
	RUSTDOCFLAGS="-D warnings --cfg erase_components" cargo doc --locked --workspace --exclude hydrate --no-deps --document-private-items

test-rust: need-test
	tools/with-postgres.sh cargo test --locked --workspace --exclude hydrate

# Once with the module as it is delivered, then the hydrated journeys with one that checks itself, then the
# journeys in Firefox and the tour in WebKit.
test-browser: need-test site site-loud server
	cd end2end && playwright test
	cd end2end && VEILLEUSE_SITE=../target/site-loud playwright test --project=fr
	node end2end/engines/run.mjs

# The profile of this module is also the one that its code is linted with, which shares what runs at build time.
site-loud: need-build
	cargo build $(FRONT) -p hydrate --profile wasm-loud
	node tools/site.mjs target/front/wasm32-unknown-unknown/wasm-loud/hydrate.wasm target/site-loud loud

clean-demo:
	rm -rf $(DEMO)
