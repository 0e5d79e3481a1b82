# A request typed in on a terminal: questions, a wrong answer asked again, the screen before it is stored, a no and a yes.
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || skip_all "tmux is not installed (apt-get install tmux)"
ok "init" "$SALLYPORT" init .
export SALLYPORT_CONFIG=$work/sallyport.yaml
cat >agency.json <<'JSON'
{"id":"fed-east","name":"Field Office East","kind":"federal immigration","addresses":[{"channel":"email","address":"notices@fed-east.example","verified_by":"t.lindgren","verified_on":"2025-01-02"}]}
JSON
ok "an administrator" "$SALLYPORT" person set admin administrator --by admin
ok "an agency" "$SALLYPORT" agency set agency.json --by admin
exits 2 "without a terminal it wants a file" "$SALLYPORT" request add --by admin
has "and says so" "CLI-0015"
tmux="tmux -L sallyport-$$ -f /dev/null"
trap '$tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT
type_in() { # final answer
  $tmux new-session -d -x 120 -y 60 -e "SALLYPORT_CONFIG=$SALLYPORT_CONFIG" -e "SALLYPORT=$SALLYPORT" "bash -c '\"\$SALLYPORT\" request add --by admin; echo \"status \$?\"; sleep 60'"
  local line
  sleep 1
  while IFS= read -r line; do
    $tmux send-keys -l -- "$line"
    $tmux send-keys Enter
    sleep 0.1
  done
  for _ in $(seq 50); do
    $tmux capture-pane -p >out
    grep -q '^status' out && break
    sleep 0.2
  done
  : >err
  $tmux kill-server
}
answers() { printf '%s\n' fed-east REF-1 I-247A '2025-02-20 16:03' 'notify hold' yes maybe yes '' 25-000417 '' Vanterpool Odile '' 1991-04-09 F "$1"; }
answers no | type_in
has "it shows what will be stored" "This will be stored"
has "a wrong answer is asked again" "once more"
has "no stores nothing" "nothing was stored"
has "and the answer is no" "status 1"
ok "the list" "$SALLYPORT" request list --json --by admin
is "is empty" "" "$(member cases.0.case)"
answers yes | type_in
has "yes stores it" "status 0"
ok "the list" "$SALLYPORT" request list --json --by admin
is "has it" REF-1 "$(member cases.0.agency_reference)"
finish
