PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif

.PHONY: help demo test test-editors test-model check package bench format docs clean
.DEFAULT_GOAL := help

help: ## What can be made here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# Installs again only when pyproject.toml is newer than the last install.
.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[local,dev]'
	@touch $@

demo: .venv/installed ## Complete and explain real code with the embedded model (Gemini, if $GEMINI_API_KEY is set)
	@$(BIN)/python tools/demo.py

test: .venv/installed ## Run the tests, the real small model and Neovim 0.11 included
	$(BIN)/flashls models pull qwen2.5-coder-0.5b
	$(BIN)/python -m pytest -m 'not editor'

test-editors: package ## Fetch the other editors and drive them, from what is packaged
	tools/editors.sh
	$(BIN)/python -m pytest -m editor tests/editors

test-model: package ## Drive each editor with the small model
	$(BIN)/flashls models pull qwen2.5-coder-0.5b
	tools/editors.sh
	$(BIN)/python -m pytest tests/editors/real_model.py

check: .venv/installed ## Format, lint, types, import order, generated files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/generate.py --check

package: .venv/installed ## Build the wheel, the source archive and the VS Code extension into dist/
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/python -m twine check --strict dist/*
	tools/editors.sh extension
	cp editors/vscode/flashls.vsix dist/

bench: .venv/installed ## Print the benchmark tables
	$(BIN)/python -m tests.bench

format: .venv/installed ## Format the code, mend what lint can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: .venv/installed ## Write the generated reference pages and the catalog again
	$(BIN)/python tools/generate.py

clean: ## Remove everything that make has made
	rm -rf .venv .rigs build dist
