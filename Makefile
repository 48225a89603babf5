# Two commands matter: `make run` and `make test`. Both install what is missing on Debian 12 or 13.
# The binary is build/lianyi; object files live in build/<flavour>.
CC      ?= gcc
CCACHE  := $(shell command -v ccache 2>/dev/null)
DATA    ?= data
# A newer node than Debian 12 has, when scripts/install-deps had to fetch one.
export PATH := $(CURDIR)/build/tools/bin:$(PATH)
LISTEN  ?= 127.0.0.1:7921

.PHONY: all run test deps web bench fuzz soak lint format clean

all: deps build/lianyi

deps:
	@scripts/install-deps build

# The console is built first: its files are inside the binary.
web: web/dist/console/index.html
web/dist/console/index.html: $(shell git ls-files web scripts/web 2>/dev/null)
	@scripts/web

build/lianyi: web FORCE
	@scripts/build release
	@ln -sf release/lianyi build/lianyi

run: all
	@scripts/run $(DATA) $(LISTEN)

test:
	@scripts/test

bench: all
	@scripts/bench

fuzz:
	@scripts/fuzz

soak: all
	@scripts/soak

lint:
	@scripts/install-deps test
	@python3 tests/tidy.py
	@scripts/build clang

clean:
	rm -rf build web/dist

FORCE:
