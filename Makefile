# make run and make test are complete on a fresh Debian machine with Python, pip and make.
python := .venv/bin/python
ifeq ($(shell uname -s),Linux)
XVFB := env -u WAYLAND_DISPLAY LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb \
	xvfb-run -a -s "-screen 0 1600x1000x24 -noreset"
endif

.PHONY: run test test-slow lint bench gallery docs language wheel bundle-app

run:  ## open the viewer with the demo, or with FILES="a.bvh b.bvh"
	@.ci/install
	@.ci/system-packages run
	@$(python) main.py $(FILES)

test: lint  ## all but the slow tests, by two processes; PYTEST="-n 0 -k name" narrows it
	@.ci/system-packages test
	@OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(XVFB) $(python) -m pytest -n 2 --dist loadfile $(PYTEST)

test-slow: lint  ## the slow tests alone
	@.ci/system-packages test
	@$(XVFB) $(python) -m pytest -m slow $(PYTEST)

lint:
	@.ci/install dev
	@$(python) -m ruff check .
	@$(python) -m mypy

bench:  ## the tables of docs/explanation/measured.md, measured on this machine
	@.ci/install dev
	@.ci/system-packages test
	@$(XVFB) $(python) main.py bench --docs

gallery:  ## the pictures of README.md and docs/
	@.ci/install dev
	@.ci/system-packages test
	@$(XVFB) $(python) main.py gallery
	@$(XVFB) $(python) main.py gallery --panels

docs:  ## site/ of docs/; a broken link or anchor ends it
	@.ci/install docs
	@NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs build --quiet
	@echo "The pages are in site/: open site/index.html"

language:  ## take new texts up into the catalogues of assets/language, and compile them
	@.ci/install dev
	@mkdir -p build
	@$(python) -m babel.messages.frontend --quiet extract --no-default-keywords \
		--keyword "tr trn:1,2 mark" --ignore-dirs "bench commands gallery serving" \
		--add-location file --no-wrap --omit-header --output build/stridescope.pot viewer
	@$(python) -m babel.messages.frontend --quiet update --domain stridescope --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--input-file build/stridescope.pot --output-dir assets/language
	@$(python) -m babel.messages.frontend compile --domain stridescope --statistics --directory assets/language

wheel:  ## dist/stridescope-*.whl with the kernel prebuilt, for machines without Mojo
	@.ci/install
	@.ci/system-packages test
	@rm -rf build
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(python) -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist

bundle-app:  ## dist/stridescope/: one folder with Python, Qt and the kernel inside, without MAX
	@.ci/install bundle
	@.ci/system-packages test
	@rm -rf build/bundle dist/stridescope
	@$(python) -m kernels.prebuild build/bundle/prebuilt
	@$(python) -m PyInstaller --noconfirm --log-level WARN \
		--workpath build/bundle --distpath dist deploy/bundle/stridescope.spec
	@du -sh dist/stridescope
