# TLS of our own, and a proxy that does it: who is believed, what a browser is told. The first start leaves a link and no password.
. "$SALLYPORT_SOURCE/test/cli/lib.sh"
command -v curl >/dev/null && command -v openssl >/dev/null || skip_all "curl or openssl is not installed (apt-get install curl openssl)"
s=$SALLYPORT
ok "init" "$s" init .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=desk.test -addext subjectAltName=DNS:desk.test 2>/dev/null
chmod 600 key.pem
port=$((20000 + $$ % 20000))
start() { # lines below serve:
  { sed '/^serve:/,/^log:/{/^log:/!d}' sallyport.yaml; printf 'serve:\n  port: %s\n  hosts: desk.test\n%b' "$port" "$1"; } >c.yaml
  "$s" serve --config c.yaml >serve.out 2>serve.log &
  pid=$!
  for _ in $(seq 150); do grep -q serve.ready serve.log && return 0; sleep 0.1; done
  cat serve.log
  return 1
}
stop() { kill $pid 2>/dev/null; wait $pid 2>/dev/null; }
trap 'kill -9 $pid 2>/dev/null; rm -rf "$work"' EXIT
fetch() { run curl -s -i --max-time 20 --resolve "desk.test:$port:127.0.0.1" "$@"; }

start '  tls_certificate: cert.pem\n  tls_key: key.pem\n'
result $? "it starts with a certificate"
fetch --cacert cert.pem "https://desk.test:$port/api/v1/session/methods"
has "answers over TLS" "200 OK"
has "tells browsers to stay with TLS" "Strict-Transport-Security: max-age="
exits 60 "a certificate that is not trusted" curl -s --max-time 20 --resolve "desk.test:$port:127.0.0.1" "https://desk.test:$port/health"
exits 35 "an old TLS" curl -s --max-time 20 --tls-max 1.1 --cacert cert.pem --resolve "desk.test:$port:127.0.0.1" "https://desk.test:$port/health"
fetch --cacert cert.pem "https://desk.test:$port/health" -H "Host: elsewhere.test"
has "another name is refused" "400 Bad Request"
fetch --cacert cert.pem -X POST "https://desk.test:$port/api/v1/session" -H "Origin: http://desk.test:$port" -H "Content-Type: application/json" -d '{"name":"a","password":"b"}'
has "the same page without TLS is another origin" "SRV-0012"
is "one link for the first administrator" 1 "$(grep -c '^/desk/link#' sallyport.db.first-link)"
is "only its owner reads it" 600 "$(stat -c %a sallyport.db.first-link)"
secret=$(sed 's/.*#//' sallyport.db.first-link)
! grep -qF -- "$secret" serve.log serve.out
result $? "it is not in the log"
stop

start '  address: 127.0.0.1\n  proxy: 127.0.0.1\n'
result $? "it starts behind a proxy"
fetch "http://desk.test:$port/health" -H "X-Forwarded-Proto: https" -H "X-Forwarded-For: 192.0.2.9"
has "what the proxy says of TLS is believed" "Strict-Transport-Security"
fetch "http://desk.test:$port/metrics" -H "X-Forwarded-For: 192.0.2.9"
has "metrics are not for those behind it" "SRV-0011"
fetch "http://desk.test:$port/metrics" -H "X-Forwarded-For: 127.0.0.1, 192.0.2.9"
has "whatever they say of themselves" "SRV-0011"
fetch "http://desk.test:$port/metrics"
has "nor when the proxy was made to forget who asks" "SRV-0011"
fetch "http://desk.test:$port/health" -H "X-Forwarded-For: 192.0.2.9"
has "it is healthy" '"healthy":true'
lacks "and how many cases and notices there are is not for those behind it" "stats"
stop

start '  address: 127.0.0.1\n'
fetch "http://desk.test:$port/health" -H "X-Forwarded-Proto: https"
lacks "a stranger's header is not believed" "Strict-Transport-Security"
stop
printf 'serve:\n  tls_certificate: cert.pem\n' >d.yaml
exits 65 "a certificate without its key" "$s" serve --config d.yaml
finish
