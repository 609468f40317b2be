#!/bin/sh
# A reader that has seen enough (`| head`) is no failure of the command: nothing is said, the status is the command's own. A full disk is.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models: {base: {api: recorded, file: base.jsonl}}
cases: [{id: a, q: x, expected: y}, {id: b, q: z, expected: y}]
variants: {base: {lever: prompt, model: base}}
scorers: [{exact: "{{ expected }}"}]
YAML
printf '{"id":"a","output":"y"}\n{"id":"b","output":"n"}\n' >"$project/base.jsonl"
run -C "$project" run
mkfifo "$folder/fifo"
exec 8<>"$folder/fifo"
exec 9>"$folder/fifo"
exec 8>&-
closed() { # STATUS COMMAND…
	wanted=$1
	shift
	"$LEVER" "$@" >&9 2>"$folder/err" </dev/null
	status=$?
	: >"$folder/out"
	expect "$wanted" "$*"
	same "$(cat "$folder/err")" "" "$* says nothing"
	"$LEVER" "$@" >/dev/full 2>"$folder/err" </dev/null
	status=$?
	case "$wanted $*" in 0*--help) return 0 ;; 0*) ;; *) return 0 ;; esac
	expect 5 "$* on a full disk"
	has err "writ"
}
closed 4 -C "$project" next
closed 4 -C "$project" --json next
closed 0 -C "$project" triage
closed 0 -C "$project" --json triage
closed 0 -C "$project" report -
closed 0 -C "$project" show a base
closed 0 show keys
closed 0 help
closed 0 next --help
closed 0 --version
done_checks
