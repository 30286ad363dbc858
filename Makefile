# 路径里可以有空格和汉字：一律用相对路径，不用 $(CURDIR)
.DEFAULT_GOAL := help
.PHONY: help run backup restore test test-fast browser bench check lint types i18n fonts frontend clean

export PYTHONUTF8 := 1
PY := .venv/bin/python

# 第一个能用的 Python（3.11 到 3.13）来备环境；$(1) 见 app/bootstrap.py
BOOT = for p in python3.13 python3.12 python3.11 python3; do \
	if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	then exec "$$p" -m app.bootstrap $(1); fi; done; echo "需要 Python 3.11 到 3.13"; exit 1

##@ 用
help: ## 列出全部命令
	@awk '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { split($$0, part, /:.*## /); printf "  make %-12s %s\n", part[1], part[2] }' Makefile

run: ## 备好一切并运行，Ctrl-C 停；PORT=、DATA_DIR= 等见 README
	@$(call BOOT,run)
	@exec env DEMO="$${DEMO-1}" $(PY) -m app.serve

backup: ## 备份到 FILE=（不写就放进 BACKUP_DIR）
	@$(call BOOT,run)
	@$(PY) -m flask --app run township backup $(if $(FILE),"$(FILE)")

restore: ## 由备份 FILE= 恢复到空的 DATA_DIR
	@$(call BOOT,run)
	@$(PY) -m flask --app run township restore $(if $(FILE),"$(FILE)")

fonts: ## 由系统的开放字体造公文字库
	@$(call BOOT,run)
	@$(PY) -m flask --app run fonts build

##@ 查
check: lint types test ## 全部检查：lint、types、test

test: ## 全部测试，含浏览器；ARGS= 交给 pytest；DATABASE_URL= 用别处的 PostgreSQL
	@$(call BOOT,test)
	@$(PY) -m pytest -n auto --dist loadfile $(ARGS)

test-fast: ## 不开浏览器的测试
	@$(call BOOT,fast)
	@$(PY) -m pytest -n auto --dist loadfile -m "not browser" $(ARGS)

browser: ## 只有浏览器的测试
	@$(call BOOT,test)
	@$(PY) -m pytest -m browser $(ARGS)

bench: ## 量快慢：造一万件（SIZE=1m 一百万），印出并存进 var/bench；PEERS=名=地址,… 同量
	@$(call BOOT,test)
	@PEERS="$(PEERS)" $(PY) -m tests.bench $(or $(SIZE),10k)

lint: ## ruff、格式、模板、房间之间的引用
	@$(call BOOT,tools)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint app/templates reports --lint --quiet
	@$(PY) -c "from importlinter.cli import lint_imports_command as lint; lint()"

types: ## mypy --strict
	@$(call BOOT,tools)
	@$(PY) -m mypy

##@ 做
frontend: ## 打前端包
	@$(call BOOT,frontend)

i18n: ## 编译译文，说出各译了多少
	@$(call BOOT,i18n)
	@$(PY) translations/build.py
	@$(PY) -m babel.messages.frontend compile -d translations --statistics

clean: ## 删去编译与缓存，不动数据与虚拟环境
	@rm -rf app/static/ui .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find app models views reports tests translations \( -name __pycache__ -o -name '*.mo' \) \
	  -prune -exec rm -rf {} +
