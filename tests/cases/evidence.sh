#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Case files as evidence: what is exported can be checked with sh, sha256sum, sed and openssl alone; whatever is
# changed afterwards is found by `verify` with status 4, and said where.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/forge.sh
lineup=${LINEUP:-$PWD/build/asan/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1
XDG_DATA_HOME=$PWD/home
COLUMNS=200
export XDG_DATA_HOME COLUMNS

# --- a sealed case with controls ---
train() { # name seed range
    "$lineup" lab train --quiet --cfg "$cfg" --data "synth:digits:1600[$3]" --epochs 2 --seed "$2" \
        --out "$1.weights" >/dev/null
}
copy() { # name seed
    "$lineup" lab finetune --all --quiet --cfg "$cfg" --weights victim.weights --data "synth:digits:1600[800:1600]" \
        --epochs 1 --seed "$2" --out "$1.weights" >/dev/null
}
train victim 1 0:800 && train neg1 2 0:800 && train neg2 3 800:1600 && train neg3 4 800:1600 && train other 5 0:800 &&
    copy pos 6 && copy sus 7
ok $? "networks are made"
python3 - <<'PY'
import random, struct
r = random.Random(1)
open("mine-images", "wb").write(struct.pack(">4I", 2051, 40, 28, 28) + bytes(r.randrange(256) for _ in range(40 * 784)))
open("mine-labels", "wb").write(struct.pack(">2I", 2049, 40) + bytes(i % 10 for i in range(40)))
PY
fill() { # case kind
    "$lineup" new "$1" --kind "$2" --title "Test" --examiner "A. Nalyst" --quiet
    "$lineup" data "$1" test synth:digits:300 --quiet
    "$lineup" data "$1" train idx:mine-images,mine-labels --origin "a disk, no. 7" --reason "order of 1 May" --quiet
    "$lineup" add "$1" victim v --cfg "$cfg" --weights victim.weights --quiet
    for m in neg1 neg2 neg3; do "$lineup" add "$1" negative $m --cfg "$cfg" --weights $m.weights --quiet; done
    "$lineup" add "$1" positive pos --cfg "$cfg" --weights "${3:-pos.weights}" --quiet
}
set="--set seeds.count=60 --set whitebox.seeds=8 --set whitebox.iterations=100 --set blackbox.iterations=5
    --set judge.confidence=0.8"
fill c evidence
# shellcheck disable=SC2086
"$lineup" run c --until seeds $set --quiet >/dev/null
"$lineup" export c --to early >/dev/null
# shellcheck disable=SC2086
"$lineup" run c --until scores $set --quiet >/dev/null
"$lineup" export c --to scored >/dev/null
run "$lineup" verify scored
ends 0 "scope full" "what was scored and not judged is exported and verifies"
grep -q '"NOD"' scored/data/results.json && ! grep -q '"verdict"' scored/data/results.json
ok $? "with distances, without verdicts"
"$lineup" seal c --quiet
[ "$(sha256sum <c/protocol.json | cut -c1-64)" = "$(sed -n 's/.*"act":"seal".*"protocol":"\([0-9a-f]*\)".*/\1/p' c/journal.jsonl)" ]
ok $? "the seal is the SHA-256 of protocol.json"
"$lineup" add c suspect s --cfg "$cfg" --weights sus.weights --origin "handed over by B" --reason "to examine" --quiet
grep -q '"act":"add","object":"s","why":"to examine".*"origin":"handed over by B"' c/journal.jsonl &&
    grep -q "\"sha512\":.*$(sha512sum <sus.weights | cut -c1-128)" c/case.json &&
    grep -q "\"by\":.*\"$(id -un)@$(hostname)\"" c/case.json
ok $? "intake keeps origin, reason, who, SHA-512"
[ "$(stat -c %a c/items/s.weights)" = 400 ]
ok $? "and the copy is read-only"
run "$lineup" set c seed=2
run "$lineup" run c --set seed=2
[ "$status" -eq 6 ] && tail -1 c/journal.jsonl | grep -q '"act":"refused","object":"set"'
ok $? "a refusal is journalled"
"$lineup" run c --json >result.json
python3 - <<'PY'
import json
r = json.load(open("result.json"))
c, p = r["controls"], r["protocol"]
assert c["valid"] and c["victim"] == "copy" and c["positives_copy"] == 1 and c["negatives_not_copy"] >= 1, c
assert p["sealed"] and p["suspects"] == [{"name": "s", "sealed_before_opening": True, "exploratory_settings": 0}], p
assert [m["verdict"] for m in r["models"] if m["name"] == "s"] == ["copy"]
PY
ok $? "controls hold, the protocol was sealed before the suspect was opened"
run "$lineup" run c
ends 0 "sealed before opening: yes; exploratory settings tried on it: 0" "people are told so"
tail -2 c/journal.jsonl | grep -q '"act":"run","object":"judgement".*"in":.*"protocol":.*"engine":.*"build":"[0-9a-f]\{64\}".*"machine"'
ok $? "a run is journalled with ids, build, libraries and machine"

# --- a run whose control fails; a case that is not evidence ---
fill t tuning other.weights
"$lineup" add t suspect s --cfg "$cfg" --weights sus.weights --quiet
# shellcheck disable=SC2086
run "$lineup" run t $set
ends 0 "This run is INVALID: no known copy is judged a copy" "a failed control makes the run invalid"
[ "$("$lineup" run t --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["controls"]["valid"])')" = False ]
ok $? "in JSON too"
"$lineup" run t --set judge.alpha_black=0.8 --quiet >/dev/null
run "$lineup" show t
ends 0 "sealed before opening: no; exploratory settings tried on it: 1" "a setting changed after a look is counted"
ends 0 "TUNING CASE" "a tuning case says what it is"

# --- keys ---
run "$lineup" key show
ends 3 "key.pem" "there is no key yet"
run "$lineup" key new
ends 0 "fingerprint" "key new"
[ "$(stat -c %a home/lineup/key.pem)" = 600 ] && openssl pkey -in home/lineup/key.pem -noout
ok $? "PKCS#8, readable by its owner alone"
run "$lineup" key new
ends 3 "already" "a key is not written over"
fingerprint=$(openssl pkey -pubin -in home/lineup/key.pub -outform DER | sha256sum | cut -c1-64)
run "$lineup" key show --json
ends 0 "$fingerprint" "the fingerprint is the one openssl gives"
"$lineup" key new --key "$PWD/eve.pem" --quiet
run "$lineup" export t --to x --key home/lineup/key.pem
ends 6 "proves nothing" "a tuning case is not signed"
run "$lineup" anchor t
ends 6 "proves nothing" "nor anchored"
run "$lineup" export t --to tuning
ends 0 "TUNING CASE" "it is exported unsigned, under its banner"
[ ! -e tuning.sig ] && grep -q 'Lineup-Banner: TUNING CASE' tuning/bag-info.txt && grep -q '"banner"' tuning/data/results.json
ok $? "which the export carries"
run "$lineup" verify tuning
ends 0 "signed    nothing" "and it verifies"
cp home/lineup/key.pem open.pem && chmod 644 open.pem
run "$lineup" anchor c --key open.pem
ends 3 "open to others" "a key that others can read is not used"

# --- anchors, with a time-stamping authority of our own ---
mkdir tsa && cat >tsa/conf <<'CONF'
[req]
distinguished_name = dn
prompt = no
x509_extensions = tsa_ext
[dn]
CN = Test Authority
[tsa_ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[it]
serial = tsa/serial
signer_cert = tsa/ca.pem
signer_key = tsa/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
CONF
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -config tsa/conf -keyout "$1" -out "$2" 2>/dev/null; }
authority tsa/key.pem tsa/ca.pem && authority tsa/key2.pem tsa/other.pem && echo 01 >tsa/serial
stamp() { openssl ts -reply -config tsa/conf -section it -queryfile "$1" -out "$2" 2>/dev/null; }
"$lineup" run c --quiet >/dev/null
run "$lineup" anchor c --reason "end of day"
ends 0 "signed by key $fingerprint" "anchor signs the head"
line=$(ls c/anchors | sed -n 's/\.head$//p')
[ "$(sed -n "${line}p" c/journal.jsonl | tr -d '\n' | sha256sum | cut -c1-64) $line" = "$(cat "c/anchors/$line.head")" ]
ok $? "of the journal"
openssl pkeyutl -verify -pubin -inkey home/lineup/key.pub -rawin -in "c/anchors/$line.head" -sigfile "c/anchors/$line.sig" >/dev/null
ok $? "openssl accepts the signature"
stamp "c/anchors/$line.tsq" head.tsr
ok $? "openssl answers the request"
run "$lineup" anchor c --tsr tsa/ca.pem
ends 3 "answers none" "something else is no response"
run "$lineup" anchor c --tsr head.tsr
ends 0 "stored the time stamp of line $line" "the response is stored"
openssl ts -verify -data "c/anchors/$line.head" -in "c/anchors/$line.tsr" -CAfile tsa/ca.pem >/dev/null 2>&1
ok $? "openssl accepts it there"
run "$lineup" verify c --tsa-ca tsa/ca.pem --key home/lineup/key.pub
ends 0 "by an authority the certificate vouches for" "verify holds it against the authority"
run "$lineup" verify c
ends 0 "last line $line of $(wc -l <c/journal.jsonl), by key" "and says up to which line the journal is signed"
run "$lineup" verify c --tsa-ca tsa/other.pem
ends 4 "time stamp does not hold" "another authority is refused"
run "$lineup" verify c --key eve.pub
ends 4 "nothing is signed with the key" "another key is not the examiner's"
run "$lineup" verify c --key mine-images
ends 3 "no Ed25519 key" "a key file that is none"
"$lineup" anchor c --quiet # the last line of the journal is now an anchor's

# --- the export ---
run "$lineup" export c --to bag --reason "for the court"
ends 0 "signed by key $fingerprint" "export"
digest=$(sha256sum <bag/tagmanifest-sha256.txt | cut -c1-64)
ends 0 "digest  $digest" "prints the digest of the tag manifest"
tail -1 c/journal.jsonl | grep -q "\"act\":\"export\",\"object\":\"full\",\"why\":\"for the court\".*\"out\":\[\"$digest\"\]"
ok $? "which the journal keeps"
(cd bag && sha256sum --strict --quiet -c manifest-sha256.txt tagmanifest-sha256.txt) && sha256sum --quiet -c bag.sha256
ok $? "sha256sum -c accepts all of it"
[ -z "$(find bag bag.sha256 bag.sig -type f ! -perm 0444)" ]
ok $? "nothing of it can be written to by mistake"
(cd bag/data/stages && sha256sum --strict --quiet -c ./*.sha256)
ok $? "and every stage result"
openssl pkeyutl -verify -pubin -inkey home/lineup/key.pub -rawin -in bag.sha256 -sigfile bag.sig >/dev/null
ok $? "openssl accepts the signature of it"
missing=""
for f in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt verify.txt data/case.json data/journal.jsonl \
    data/protocol.json data/items/v.weights data/results.json data/results.csv data/report.html data/report.pdf \
    data/case-uco.jsonld data/figures data/anchors data/tests/blackbox-000000.png; do
    [ -e "bag/$f" ] || missing="$missing $f"
done
out=$missing
[ -z "$missing" ]
ok $? "everything is in it"
"$lineup" run c --json >now.json && cmp -s now.json bag/data/results.json
ok $? "results.json is what run --json prints"
sed -n '/^--- begin/,/^--- end/p' bag/verify.txt | sed '1d;$d' >loop.sh
[ "$(wc -l <loop.sh)" -le 10 ] && [ "$(cd bag && sh ../loop.sh)" = "$(wc -l <bag/data/journal.jsonl) lines, head $(cut -c1-64 "bag/data/anchors/$(wc -l <bag/data/journal.jsonl).head")" ]
ok $? "the shell loop of verify.txt follows the chain to the head"
sed -i.bak 's/"why":"to examine"/"why":"to accuse"/' bag/data/journal.jsonl
(cd bag && sh ../loop.sh) | grep -q "does not continue the chain"
ok $? "and finds a changed line"
mv -f bag/data/journal.jsonl.bak bag/data/journal.jsonl
(cd bag && find data -type f | sort | while IFS= read -r f; do grep -qF "  $f" manifest-sha256.txt || echo "$f"; done) >extra
[ ! -s extra ]
ok $? "no file is unlisted, by the other loop"
run "$lineup" verify bag --key home/lineup/key.pub --recompute
ends 0 "the same numerics: the same bytes, the same votes" "verify --recompute comes to the same bytes"
LINEUP_ISA=generic "$lineup" verify bag --recompute --json >generic.json
python3 - <<'PY'
import json
r = json.load(open("generic.json"))["recomputed"]
assert r["models"] == 5 and not r["same_numerics"] and r["largest_difference"] <= 1e-5 and r["same_votes"], r
PY
ok $? "and within 1e-5 with other instructions"
"$lineup" export c --to free --no-sandbox --quiet >/dev/null
run "$lineup" verify free
ends 0 "scope full" "what confined the engines of the run is told, not of the export"
! grep -q no-sandbox free/data/results.json free/data/report.html
ok $? "in report and results"
judged=$(sed -n 's/.*"object":"judgement".*"id":"\([0-9a-f]*\)".*/\1/p' t/journal.jsonl | tail -1)
cp -r t w && chmod -R u+w w && forge_case w "judgement-$judged.json" 'r["models"][0]["reason"] = "as it was put then"' &&
    "$lineup" export w --to worded --quiet >/dev/null
run "$lineup" verify worded
ends 0 "the same bytes" "what another version judged is exported in its words"
grep -q "as it was put then" worded/data/results.json
ok $? "and they are in results.json"
cp -r t g && LINEUP_ISA=generic "$lineup" run g --quiet >/dev/null
run "$lineup" export g --to elsewhere.bag
[ "$status" -eq 0 ] && grep -q '"engine":.*generic' elsewhere.bag/data/results.json
ok $? "what another machine computed is exported as it is"
run "$lineup" verify elsewhere.bag --recompute
ends 0 "other numerics: within" "and computed again here"
"$lineup" run g --set judge.alpha_black=0.7 --until seeds --quiet >/dev/null
run "$lineup" export g --to h
ends 6 "changed since it was judged" "a case that was changed since is run again first"
mkdir elsewhere && cp -r bag elsewhere/renamed && cp bag.sha256 elsewhere/renamed.sha256 && cp bag.sig elsewhere/renamed.sig
run "$lineup" verify elsewhere/renamed/
ends 0 "as beside it" "a folder may be renamed"
stamp bag.tsq bag.tsr
run "$lineup" verify bag --tsa-ca tsa/ca.pem
ends 0 "stamped   2 times" "a time stamp beside it is checked"
run "$lineup" verify bag --tsa-ca tsa/other.pem
ends 4 "time stamp does not hold" "against its authority"
before=$(find bag -type f -exec sha256sum {} + | sort | sha256sum)
run "$lineup" export c --to bag
ends 3 "already" "an export is not written over"
[ "$before" = "$(find bag -type f -exec sha256sum {} + | sort | sha256sum)" ] && [ -z "$(find . -maxdepth 1 -name '*.tmp-*')" ]
ok $? "and stays as it is"
run "$lineup" export c --to c/inside
ends 3 "inside the case" "nor put inside the case"
run "$lineup" export c --to nosuch/bag
ends 3 "not there" "nor into a folder that is not there"

# --- redacted, report ---
run "$lineup" export c --to red --scope redacted
ends 0 "scope redacted" "export --scope redacted"
[ -z "$(find red -name 'blackbox*' -o -name 'whitebox*' -o -name 'seeds*' -o -name 'v.weights' -o -path '*tests*' -o -name 'salts*' -o -name mine-images)" ]
ok $? "neither tests nor what they could be made from are in it"
salts=c/salts/$(cut -c1-64 red.sha256).txt
bad_commitments=0
while read -r salt path; do
    sum=$({ printf '%s' "$salt" | sed 's/../\\x&/g' | xargs -0 printf '%b'; cat "c/$path"; } | sha256sum | cut -c1-64)
    grep -qx "$sum  $path" red/data/commitments.txt || bad_commitments=1
done <"$salts"
[ $bad_commitments -eq 0 ] && [ "$(wc -l <"$salts")" -eq "$(wc -l <red/data/commitments.txt)" ] && [ -s "$salts" ]
ok $? "commitments in their place are the SHA-256 of salt and file"
run "$lineup" verify red
ends 0 "withheld  $(wc -l <"$salts") files" "it verifies"
run "$lineup" verify red --recompute
ends 6 "not in an export of scope redacted" "scores are not computed again without tests"
run "$lineup" export c --to rep --scope report
[ "$status" -eq 0 ] && [ "$(ls rep/data | tr '\n' ' ')" = "anchors figures report.html report.pdf " ]
ok $? "export --scope report"
run "$lineup" verify rep --json
ends 0 '"scope":	"report"' "it verifies"
run "$lineup" verify nosuch
ends 3 "cannot be opened" "a path that is not there"
mkdir empty && run "$lineup" verify empty
ends 3 "neither a case nor an export" "a folder that is neither"

# --- tampering ---
found=0 missed=""
flip() { # file: one bit of its middle byte
    chmod u+w "$1"
    at=$(($(wc -c <"$1") / 2))
    byte=$(od -An -tu1 -j$at -N1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek=$at conv=notrunc 2>/dev/null
}
cut_off() { chmod u+w "$1" && truncate -s -1 "$1"; }
change_results() { # what to do with r, in Python: results.json of d changed, lists made again
    chmod u+w d/data/results.json
    python3 - "$1" <<'PY' && rm -f d.* && rehash d
import json, math, sys
path = "d/data/results.json"
with open(path, encoding="utf-8") as f:
    r = json.load(f)
was = json.dumps(r)
exec(sys.argv[1])
with open(path, "w", encoding="utf-8") as f:
    json.dump(r, f, ensure_ascii=False, indent=1)
sys.exit(json.dumps(r) == was)
PY
}
fresh() { # bag|case
    rm -rf d d.*
    cp -r "$1" d && chmod -R u+w d
    for e in sha256 sig tsq; do [ ! -e "$1.$e" ] || cp "$1.$e" "d.$e"; done
}
caught() { # text [verify options]
    text=$1
    shift
    out=$("$lineup" verify d "$@" 2>&1) && status=0 || status=$?
    if [ "$status" -eq 4 ]; then found=$((found + 1)); else missed="$missed [$text: $status $out]"; fi
}
tamper() { # original, text, command
    fresh "$1"
    (cd d && eval "$3") || missed="$missed [$2: not done]"
    caught "$1: $2"
}
settle() { # text, how many at least: were all caught, and were all done?
    out="$missed $found of $2"
    [ -z "$missed" ] && [ "$found" -ge "$2" ]
    ok $? "$1: $found"
    total=$((${total:-0} + found)) found=0 missed=""
}

first() { find "$1" -type f -name "$2" | LC_ALL=C sort | head -1; }
one_of_each() { # folder: one path of each kind of file, relative to it
    (cd "$1" && for kind in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt verify.txt case.json \
        journal.jsonl protocol.json v.weights v.cfg s.weights neg1.weights mine-images 'seeds-*.json' 'blackbox-*.npz' \
        'whitebox-*.npz' 'scores-*.json' 'judgement-*.json' 'scores-*.sha256' 'blackbox-*.png' results.json results.csv \
        report.html report.pdf case-uco.jsonld '*.svg' "$line.head" "$line.sig" "$line.pub" "$line.tsq" "$line.tsr" \
        commitments.txt '[0-9a-f]*.txt'; do first . "$kind"; done)
}
for original in bag red rep c; do
    for f in $(one_of_each $original); do
        tamper $original "a bit of $f" "flip '$f'"
        tamper $original "$f cut off" "cut_off '$f'"
        tamper $original "$f missing" "rm -f '$f'"
        tamper $original "$f a link" "mv '$f' ../moved && ln -s ../moved '$f'"
    done
    tamper $original "a file more" "echo x >more"
    tamper $original "a folder's file more" "mkdir -p data/more items && echo x >data/more/x && echo x >items/x"
done
settle "changed, cut, missing, replaced by a link, added" 360
for e in sha256 sig tsq; do
    fresh bag && flip d.$e && caught "a bit of .$e"
    fresh bag && cut_off d.$e && caught ".$e cut off"
done
fresh bag && rm d.sha256 && caught ".sha256 missing beside a signature"
fresh bag && chmod u+w d.sig && openssl pkeyutl -sign -inkey eve.pem -rawin -in d.sha256 -out d.sig && caught "signed by another"
fresh bag && cp red.sha256 d.sha256 && cp red.sig d.sig && caught "digest and signature of another export"
settle "what lies beside an export" 9

# The lists made again, with and without what lies beside; --key where nothing else is left to tell.
for f in $(one_of_each bag | grep -v manifest); do
    fresh bag && flip "d/$f" && rehash d && caught "$f, lists made again"
    fresh bag && flip "d/$f" && rm -f d.* && rehash d && caught "$f, lists made again, --key" --key home/lineup/key.pub
done
for f in case.json journal.jsonl protocol.json v.weights 'scores-*.json' 'judgement-*.json' results.json "$line.head" "$line.sig" "$line.tsr"; do
    fresh bag && f=$(first d "$f") && flip "$f" && rm -f d.* && rehash d && caught "$f, lists made again, nothing beside"
done
settle "lists made again without the key" 70
fresh bag && (cd d/data/items && mv neg1.weights x && mv neg2.weights neg1.weights && mv x neg2.weights) && caught "names swapped"
fresh bag && (cd d/data/items && mv neg1.weights x && mv neg2.weights neg1.weights && mv x neg2.weights) && rehash d && rm -f d.* &&
    caught "names swapped, lists made again"
fresh bag && sed -i 's/"exploratory_settings":\t0/"exploratory_settings":\t3/' d/data/results.json && rm -f d.* && rehash d && caught "results.json: settings"
fresh bag && sed -i 's/"verdict":\t"copy"/"verdict":\t"not-copy"/' d/data/results.json && rm -f d.* && rehash d && caught "results.json: verdict"
fresh bag && change_results 'r["protocol"]["at"] = "2001" + r["protocol"]["at"][4:]' && caught "results.json: the seal's time"
fresh bag && change_results 'm = r["models"][0]["metrics"]["NOD"]; m["value"] = math.nextafter(m["value"], 2)' && caught "results.json: a last digit"
fresh bag && change_results 'del r["controls"]; r["models"][0]["verdict"] = "not-copy"' && caught "results.json: without controls"
for change in 'r["protocol"]["suspects"] = []' 'r["protocol"]["suspects"] *= 2' 'r["protocol"]["note"] = "none"' 'r["case"] = {"verdict": "not-copy"}'; do
    fresh bag && change_results "$change" && caught "results.json: $change"
done
for change in 'r["models"] = [{"name": "s", "role": "suspect", "verdict": "copy"}]' 'r["protocol"]["at"] = "2001-01-01T00:00:00Z"' \
    'r["thresholds"]["NOD"] = {"tau": 1}'; do
    fresh early && change_results "$change" && caught "results.json before any judgement: $change"
done
for change in 'm = r["models"][0]["metrics"]["NOD"]; m["value"] = math.nextafter(m["value"], 2)' 'r["models"][1]["accuracy"] = 1' \
    'm = r["models"]; m[0]["metrics"], m[1]["metrics"] = m[1]["metrics"], m[0]["metrics"]' 'r["models"][0]["metrics"]["NAD"] = {"value": None}' \
    'm = r["models"]; s = r["stages"]["scores"]; a, b = m[0], m[1]; x, y = a["name"], b["name"]; s[x], s[y] = s[y], s[x]
for k in a:
    if k not in ("name", "role", "sha256"): a[k], b[k] = b[k], a[k]' 'del r["stages"]["scores"][r["models"][0]["name"]]' \
    'del r["models"][0]["metrics"]["NOD"]' 'r["models"][0]["role"] = "positive" if r["models"][0]["role"] == "negative" else "negative"' \
    'r["models"][0]["sha256"] = r["victim"]["sha256"]'; do
    fresh scored && change_results "$change" && caught "results.json of distances: $change"
done
for original in bag scored; do
    for change in 's/<h1>/<h1>Not /' 's/<\/main>/<p>Nothing of this is so.<\/p>&/' 's/<figcaption>/&Not /' 's/Journal head ./&0/' '$d'; do
        fresh $original && sed -i "$change" d/data/report.html && rm -f d.* && rehash d && caught "$original: report.html: $change"
    done
    fresh $original && sed -i '2s/,[0-9]/&1/' d/data/results.csv && rm -f d.* && rehash d && caught "$original: results.csv: a digit"
    fresh $original && sed -i 's/A\. Nalyst/E. Ve/' d/data/case-uco.jsonld && rm -f d.* && rehash d && caught "$original: case-uco.jsonld: examiner"
done
fresh scored && change_results 'r["seeds"]["correct"] += 1' && caught "results.json before any judgement: seeds"
fresh scored && change_results 'r["tests"]["blackbox"]["n"] += 1' && caught "results.json before any judgement: tests"
fresh bag && mkdir d/data/items/deep && caught "an empty folder" && mkdir d/more && caught "an empty folder beside data"
fresh rep && mkdir -p d/data/figures/a/b && caught "an empty folder among the figures"
fresh red && cp c/items/v.weights d/data/items/ && rm -f d.* && rehash d && caught "a withheld file put back"
fresh red && sed -i 1d d/data/commitments.txt && rm -f d.* && rehash d && caught "a commitment dropped"
fresh red && rm d/data/items/s.weights && echo "$(sha256sum <c/items/s.weights | cut -c1-64)  items/s.weights" >>d/data/commitments.txt &&
    rm -f d.* && rehash d && caught "a suspect withheld"
for path in "data/../../etc/passwd" "/etc/passwd" "data/./case.json" "case.json" "data/case.json"; do
    fresh bag && echo "$(sha256sum <c/case.json | cut -c1-64)  $path" >>d/manifest-sha256.txt && rm -f d.* &&
        (cd d && sha256sum bag-info.txt bagit.txt manifest-sha256.txt verify.txt >tagmanifest-sha256.txt) && caught "listed: $path"
done
fresh bag && sed -i '1s/[a-f]/\U&/' d/manifest-sha256.txt && rm -f d.* &&
    (cd d && sha256sum bag-info.txt bagit.txt manifest-sha256.txt verify.txt >tagmanifest-sha256.txt) && caught "digits in upper case"
fresh bag && sed -i 's/1\.0/0.97/' d/bagit.txt && rm -f d.* && rehash d && caught "another BagIt version"
fresh bag && sed -i 's/Lineup-Kind: evidence/Lineup-Kind: demo/' d/bag-info.txt && rm -f d.* && rehash d && caught "another kind"
for scope in full redacted report; do
    for original in bag red rep; do
        grep -q "Lineup-Scope: $scope" $original/bag-info.txt && continue
        fresh $original && sed -i "s/Lineup-Scope: .*/Lineup-Scope: $scope/" d/bag-info.txt && rm -f d.* && rehash d && caught "$original as $scope"
    done
done
for tag in 'Contact-Name: Eve' 'External-Description: Another' 'Lineup-Protocol: not sealed' 'Lineup-Banner: DEMO CASE'; do
    fresh bag && sed -i "/^${tag%%:*}:/d" d/bag-info.txt && echo "$tag" >>d/bag-info.txt && rm -f d.* && rehash d && caught "$tag"
done
for f in results.txt re$(printf 's\314\201')ults.json stages/x.json items/x.cfg; do
    fresh bag && cp c/case.json "d/data/$f" && rm -f d.* && rehash d && caught "$f more, listed"
done
for f in report.html report.pdf results.csv case-uco.jsonld; do
    fresh bag && rm "d/data/$f" && rm -f d.* && rehash d && caught "$f dropped from the list"
done
fresh rep && rm -r d/data/anchors && rm -f d.* && rehash d && caught "a report without its head"
fresh rep && sed -i '/Journal-Head/s/: ./: -/' d/bag-info.txt && rm -f d.* && rehash d && caught "a report of another head"
settle "swapped, put back, listed outside" 73
fresh bag && flip d/data/report.pdf && rm -f d.* && rehash d
run "$lineup" verify d
ends 0 "unsigned  the export: who could write here could change report.pdf" "lists made again, nothing beside: it says what is not signed"
ends 0 "compared  results.json, results.csv, case-uco.jsonld, report.html with what the case makes them: the same bytes" "and what is as the case has it"
fresh bag && sed -i 's/<svg /<svg x="1" /' d/data/report.html && rm -f d.* && rehash d
run "$lineup" verify d
ends 0 "but for the drawings in report.html" "drawings, which other libraries write otherwise, are told"
fresh bag && sed -i 's/^\(Bag-Software-Agent\): .*/\1: lineup 0.0.1/' d/bag-info.txt && flip d/data/results.csv && rm -f d.* && rehash d
run "$lineup" verify d --json
ends 0 '"not_made":	"another build of lineup made them' "another version's export is held against its lists, and that is said"
run "$lineup" verify red
ends 0 "compared  report and tables with the lists alone: an export of scope redacted" "a redacted one too"

# The journal, in a case: lines dropped, put elsewhere, edited; the chain made to fit again.
lines=$(wc -l <c/journal.jsonl)
for at in 1 2 $((lines / 2)) "$line" $((lines - 1)); do
    tamper c "line $at dropped" "sed -i ${at}d journal.jsonl"
    tamper c "line $at dropped, chained again" "sed -i ${at}d journal.jsonl && rechain journal.jsonl"
    [ "$at" -eq 1 ] || tamper c "line $at before the one before" "sed -i '$((at - 1)){h;d};${at}{G}' journal.jsonl"
    tamper c "line $at twice" "sed -i ${at}p journal.jsonl"
done
tamper c "a reason edited" "sed -i 's/to examine/to accuse/' journal.jsonl"
tamper c "a reason edited, chained again" "sed -i 's/to examine/to accuse/' journal.jsonl && rechain journal.jsonl"
tamper c "a time edited, chained again" "sed -i '3s/\"t\":\"20/\"t\":\"19/' journal.jsonl && rechain journal.jsonl"
tamper c "the end cut off in a line" "truncate -s -5 journal.jsonl"
tamper c "the end cut off" "sed -i '$((line + 1)),\$d' journal.jsonl"
tamper c "a result and its hash, chained again" 'f=$(first . "scores-*.json") && old=$(sha256sum <$f | cut -c1-64) &&
    sed -i "s/\"reason\":\"/&x/" $f && new=$(sha256sum <$f | cut -c1-64) && sed -i "s/$old/$new/" ${f%.json}.sha256 journal.jsonl &&
    rechain journal.jsonl'
tamper c "the head made anew, unsigned" "sed -i '3s/\"t\":\"20/\"t\":\"19/' journal.jsonl && rechain journal.jsonl &&
    for h in anchors/*.head; do k=\$(basename \$h .head); echo \"\$(sed -n \${k}p journal.jsonl | tr -d '\\n' | sha256sum | cut -c1-64) \$k\" >\$h; done"
settle "the journal" 26
tamper c "the kind" "sed -i 's/\"kind\":\t\"evidence\"/\"kind\":\t\"tuning\"/' case.json"
tamper c "a parameter" "sed -i 's/\"judge.alpha_black\":\t\"0.9\"/\"judge.alpha_black\":\t\"1\"/' case.json"
tamper c "a role" "sed -i 's/\"role\":\t\"positive\"/\"role\":\t\"negative\"/' case.json"
tamper c "a hash in upper case" "sed -i 's/\"sha256\":\t\"[0-9a-f]*\"/\U&/' case.json"
tamper c "the seal taken off" "sed -i 's/\"sealed\"/\"sealad\"/' case.json"
tamper c "results swapped" 'a=$(first . "scores-*.json") b=$(find . -name "scores-*.json" | LC_ALL=C sort | tail -1) && mv $a x && mv $b $a && mv x $b'
settle "records of a case" 6
echo "# $total changes, each found with status 4"

# --- a changed byte stops a run ---
fresh c && flip d/items/s.weights
run "$lineup" run d
ends 4 "s.weights is not what came in" "a changed byte stops the run"
tail -1 d/journal.jsonl | grep -q '"act":"refused","object":"run".*"status":4'
ok $? "and is journalled"
finish
