# bash completion of sallyport; printed by 'sallyport help --as bash'
_sallyport()
{
  local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]:-} two words=
  two="$verb ${COMP_WORDS[2]:-}"
  case "$cur" in
  -*)
    case "$two" in
    "request add") words="--help --json --config --by " ;;
    "request document") words="--help --json --config --by " ;;
    "request list") words="--agency --limit --help --json --config --by " ;;
    "request show") words="--help --json --config --by " ;;
    "trigger undo") words="--reason --help --json --config --by " ;;
    "case list") words="--state --agency --booking --work --limit --help --json --config --by " ;;
    "case show") words="--help --json --config --by " ;;
    "case confirm-match") words="--reason --help --json --config --by " ;;
    "case resolve") words="--reason --help --json --config --by " ;;
    "case override") words="--reason --help --json --config --by " ;;
    "case dispute") words="--reason --help --json --config --by " ;;
    "case settle") words="--reason --help --json --config --by " ;;
    "case duty-done") words="--how --help --json --config --by " ;;
    "case alerts") words="--help --json --config --by " ;;
    "case alert-close") words="--reason --help --json --config --by " ;;
    "agency set") words="--help --json --config --by " ;;
    "agency list") words="--help --json --config --by " ;;
    "person set") words="--public-key --help --json --config --by " ;;
    "person list") words="--help --json --config --by " ;;
    "person link") words="--demo --help --json --config --by " ;;
    "person unlock") words="--help --json --config --by " ;;
    "person disable") words="--help --json --config --by " ;;
    "person enable") words="--help --json --config --by " ;;
    "person identity") words="--help --json --config --by " ;;
    "token make") words="--scopes --days --help --json --config --by " ;;
    "token list") words="--help --json --config --by " ;;
    "token revoke") words="--help --json --config --by " ;;
    "policy list") words="--help --json --config --by " ;;
    "policy add") words="--help --json --config --by " ;;
    "policy check") words="--help --json " ;;
    "policy test") words="--help --json " ;;
    "policy statement") words="--help --json --config --by " ;;
    "policy keygen") words="--help --json " ;;
    "policy sign") words="--key --signature --help --json --config --by " ;;
    "report list") words="--help --json --config --by " ;;
    "ledger verify") words="--help --json --config --by " ;;
    "ledger replay") words="--help --json --config --by " ;;
    "ledger checkpoint") words="--help --json --config --by " ;;
    "ledger export") words="--help --json --config --by " ;;
    "ledger key") words="--help --json --config " ;;
    "proof verify") words="--key --help --json " ;;
    "trend load") words="--help --json --config --by " ;;
    *) case "$verb" in
    "init") words="--origin --facility --time-zone --packs --state --help --json --config " ;;
    "serve") words="--help --json --config " ;;
    "import") words="--profile --format --rejects --check --help --json --config --by " ;;
    "trigger") words="--at --help --json --config --by " ;;
    "release") words="--at --to --help --json --config --by " ;;
    "notice") words="--help --json --config --by " ;;
    "audit") words="--from --to --question --tolerance --service --human --help --json --config --by " ;;
    "report") words="--from --to --as --out --checkpoint --size --help --json --config --by " ;;
    "proof") words="--out --pdf --help --json --config --by " ;;
    "trend") words="--from --to --baseline --base-from --base-to --ledger --alert --help --json --config --by " ;;
    "whatif") words="--pack --from --to --limit --changes --help --json --config --by " ;;
    "expunge") words="--authority --help --json --config --by " ;;
    "decide") words="--pack --trace --classify --help --json " ;;
    "explain") words="--help --json " ;;
    "help") words="--as --help --json " ;;
    esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return ;;
  esac
  local all="init
serve
import
request add
request document
request list
request show
trigger
trigger undo
release
case list
case show
case confirm-match
case resolve
case override
case dispute
case settle
case duty-done
case alerts
case alert-close
notice
agency set
agency list
person set
person list
person link
person unlock
person disable
person enable
person identity
token make
token list
token revoke
policy list
policy add
policy check
policy test
policy statement
policy keygen
policy sign
audit
report list
report
ledger verify
ledger replay
ledger checkpoint
ledger export
ledger key
proof
proof verify
trend
trend load
whatif
expunge
decide
explain
help"
  if [ "$COMP_CWORD" = 1 ]; then words=$(printf '%s\n' "$all" | cut -d' ' -f1 | sort -u)
  elif [ "$COMP_CWORD" = 2 ]; then words=$(printf '%s\n' "$all" | sed -n "s/^$verb //p")
  fi
  mapfile -t COMPREPLY < <(compgen -f -W "$words" -- "$cur")
}
complete -F _sallyport sallyport
