# Imhoweb. « make » lists the targets. Go and make are enough to start: what
# else is needed is installed (root on Debian) or named.

SHELL   := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN     := bin/imhoweb
# Tests: « make test PAQUETS=./internal/demandes/... OPTIONS=-run=TestX »
PAQUETS ?= ./...
OPTIONS ?=
FUZZTIME ?= 20s
BENCH ?= 60k,600k
BENCH_DONNEES ?= ./.data/bench
virgule := ,

.DEFAULT_GOAL := aide
.PHONY: aide build run test e2e lint gen frais fuzz bench check couverture-ecrans dependances

aide: ## affiche cette liste
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## construit bin/imhoweb
	@go build -o $(BIN) ./cmd/imhoweb

run: build ## lance l’application, sa base et sa démonstration sur http://127.0.0.1:8080
	@exec $(BIN) dev

dependances:
	@.ci/dependances

test: dependances ## lance tous les tests (unité, base, HTTP, navigateur)
	@go test -json -timeout 40m $(OPTIONS) $(PAQUETS) | go run ./.ci/bilan

e2e: dependances ## lance les seuls tests du navigateur
	@go test -json -timeout 40m $(OPTIONS) ./web/e2e/... | go run ./.ci/bilan

lint: ## gofmt, go vet, staticcheck, templ fmt
	@mal=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go')); \
	  if [ -n "$$mal" ]; then echo "gofmt -w nécessaire :"; echo "$$mal"; exit 1; fi
	@go vet ./... ./.ci/bilan ./.ci/ecrans ./.ci/postgresql
	@go tool staticcheck ./... ./.ci/bilan ./.ci/ecrans ./.ci/postgresql
	@if ls templates/*/*.templ >/dev/null 2>&1; then go tool templ fmt -fail templates; fi

# Folder by folder: templ writes paths relative to where it starts into its
# code, and one works on one folder at a time.
gen: ## régénère le code des gabarits
	@for d in templates/*/; do go tool templ generate -log-level warn -path $${d%/}; done

# Compared with what was there, so that it also tells in a tree being worked on.
frais: ## vérifie que le code généré est à jour
	@avant=$$(find . -name '*_templ.go' | sort | xargs -r cksum); \
	  $(MAKE) --no-print-directory gen; \
	  apres=$$(find . -name '*_templ.go' | sort | xargs -r cksum); \
	  if [ "$$avant" != "$$apres" ]; then echo "le code généré n’était pas à jour : committez le résultat de « make gen »"; \
	  diff <(echo "$$avant") <(echo "$$apres") || true; exit 1; fi

fuzz: dependances ## cherche des entrées qui cassent (FUZZTIME=20s chacune)
	@for p in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p; done; done

# « make bench BENCH=60k » for one scale; only a whole run rewrites the page.
bench: ## mesure les temps de réponse à 60 000 et 600 000 demandes
	@go run ./internal/bench -donnees "$(BENCH_DONNEES)" -echelles "$(BENCH)" $(if $(filter 60k$(virgule)600k,$(BENCH)),-mesures docs/mesures.md) $(OPTIONS)

check: ## tout ce que vérifie l’intégration continue
	@.ci/run

couverture-ecrans: ## confronte docs/ecrans.csv aux tests qui citent chaque ligne d’écran
	@go run ./.ci/ecrans
