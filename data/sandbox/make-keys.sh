#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How the sandbox's keys and certificates were made. All of it is test material that protects nothing:
# the files are committed, this ran once. The key of the sandbox's certificate authority is not kept.
#   data/sandbox/make-keys.sh FOLDER
set -eu

cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
from=20200101000000Z
until=21200101000000Z

cat > "$work/openssl.cnf" <<END
[ca]
default_ca = sandbox
[sandbox]
database = $work/index
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = anything
unique_subject = no
[anything]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical,permitted;IP:127.0.0.1/255.255.255.255,permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,permitted;DNS:localhost
[server]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1,IP:::1,DNS:localhost
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
END

rsa () {
  openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1"
}

# issue CERTIFICATE KEY SUBJECT SERIAL EXTENSIONS [CA-CERTIFICATE CA-KEY]: self-signed without the last two
issue () {
  : > "$work/index"
  printf '%s\n' "$4" > "$work/serial"
  openssl req -new -utf8 -config "$work/openssl.cnf" -key "$2" -subj "$3" -out "$work/request"
  if [ $# -gt 5 ]; then by="-cert $6 -keyfile $7"; else by="-selfsign -keyfile $2"; fi
  # shellcheck disable=SC2086 # one word an option
  openssl ca -batch -notext -utf8 -config "$work/openssl.cnf" -extensions "$5" $by \
    -startdate $from -enddate $until -in "$work/request" -out "$1" 2> "$work/log" ||
    { cat "$work/log" >&2; exit 1; }
}

O="/C=CN/O=Till sandbox"

rsa "$work/ca.key"
issue ca.pem "$work/ca.key" "$O/CN=Till sandbox CA" 54494C4C0001 authority
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server-key.pem
issue server.pem server-key.pem "$O/CN=Till sandbox server" 54494C4C0002 server ca.pem "$work/ca.key"

# WeChat: two merchants' API certificates, the platform's public key, the platform's two certificates.
rsa "$work/tenpay.key"
issue "$work/tenpay.pem" "$work/tenpay.key" "$O/CN=Till sandbox Tenpay root" 54494C4C0003 root
rsa wechat-merchant-key.pem
issue wechat-merchant.pem wechat-merchant-key.pem "$O/CN=Till sandbox merchant 1900000001" \
  7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D4 leaf "$work/tenpay.pem" "$work/tenpay.key"
rsa wechat-partner-key.pem
issue wechat-partner.pem wechat-partner-key.pem "$O/CN=Till sandbox partner 1900000002" \
  0D51B7E2C94F8A3366027E9D1BA5C4F8E0736A21 leaf "$work/tenpay.pem" "$work/tenpay.key"
rsa wechat-platform-key.pem
openssl pkey -in wechat-platform-key.pem -pubout -out wechat-platform-pub.pem
for n in 1 2; do rsa wechat-platform-cert-$n-key.pem; done
issue wechat-platform-cert-1.pem wechat-platform-cert-1-key.pem "$O/CN=Till sandbox WeChat platform 1" \
  3A9F04C6E8D17B5230C4F6A81E9D7B40526C8E13 leaf "$work/tenpay.pem" "$work/tenpay.key"
issue wechat-platform-cert-2.pem wechat-platform-cert-2-key.pem "$O/CN=Till sandbox WeChat platform 2" \
  0B6E81D2F75A39C4401D8E6F2B93C5A7D814E069 leaf "$work/tenpay.pem" "$work/tenpay.key"

# Alipay: the application's key and the gateway's, and the certificates over both.
rsa alipay-app-key.pem
rsa alipay-gateway-key.pem
openssl pkey -in alipay-gateway-key.pem -pubout -out alipay-gateway-pub.pem
rsa alipay-cert-key.pem
rsa "$work/root-1.key"
rsa "$work/root-2.key"
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/root-ec.key"
issue "$work/root-1.pem" "$work/root-1.key" "$O/OU=测试根/CN=Till sandbox Alipay root 1" 1000000000000017 root
issue "$work/root-ec.pem" "$work/root-ec.key" "$O/CN=Till sandbox Alipay root EC" 1000000000000018 root
issue "$work/root-2.pem" "$work/root-2.key" "$O/CN=Till sandbox Alipay root 2" 1000000000000019 root
cat "$work/root-1.pem" "$work/root-ec.pem" "$work/root-2.pem" > alipay-root-cert.pem
issue alipay-app-cert.pem alipay-app-key.pem "$O/CN=Till sandbox app 2026112200000002" \
  20261122000000000000000000001A leaf "$work/root-1.pem" "$work/root-1.key"
issue alipay-cert.pem alipay-cert-key.pem "$O/CN=Till sandbox Alipay gateway" \
  20261122000000000000000000001B leaf "$work/root-1.pem" "$work/root-1.key"

# UnionPay: the merchant's PFX, UnionPay's chain, and the other ways to sign.
rsa unionpay-merchant-key.pem
issue "$work/unionpay-merchant.pem" unionpay-merchant-key.pem "$O/CN=Till sandbox merchant 777290000000001" \
  0010026532FF leaf "$work/tenpay.pem" "$work/tenpay.key"
openssl pkcs12 -export -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -passout pass:000000 \
  -inkey unionpay-merchant-key.pem -in "$work/unionpay-merchant.pem" -out unionpay-merchant.pfx
rsa "$work/unionpay-root.key"
rsa "$work/unionpay-middle.key"
rsa unionpay-cert-key.pem
issue unionpay-root.pem "$work/unionpay-root.key" "$O/CN=Till sandbox UnionPay root" 54494C4C0010 root
issue unionpay-middle.pem "$work/unionpay-middle.key" "$O/CN=Till sandbox UnionPay middle" 54494C4C0011 root \
  unionpay-root.pem "$work/unionpay-root.key"
issue unionpay-cert.pem unionpay-cert-key.pem "$O/CN=041@Z2026-11-22@中国银联股份有限公司@Till sandbox" \
  54494C4C0012 leaf unionpay-middle.pem "$work/unionpay-middle.key"
for side in merchant cert; do
  openssl genpkey -quiet -algorithm SM2 -out unionpay-sm2-$side-key.pem
done
openssl pkey -in unionpay-sm2-merchant-key.pem -pubout -out unionpay-sm2-merchant-pub.pem
openssl req -x509 -new -utf8 -config "$work/openssl.cnf" -key unionpay-sm2-cert-key.pem -sm3 \
  -sigopt distid:1234567812345678 -days 36500 -subj "/CN=041@Z2026-11-22@中国银联股份有限公司@Till sandbox" \
  -out unionpay-sm2-cert.pem
printf '%s\n' TillSandboxSecureKey > unionpay-secure-key.txt

# Cards in sealed form: the shop's key, the acquirer's, and the certificate that cards are sealed to.
for who in merchant answers seal; do rsa card-$who-key.pem; done
for who in merchant answers; do openssl pkey -in card-$who-key.pem -pubout -out card-$who-pub.pem; done
issue card-seal.pem card-seal-key.pem "$O/CN=Till sandbox card data" 54494C4C0020 leaf

# ISO 8583: the key under which each sign-in's working keys come.
printf '%s\n' 31313131323232323333333334343434 > iso8583-tmk.txt

# A key that nobody was told of, for answers signed by a stranger.
rsa stranger-key.pem
issue stranger.pem stranger-key.pem "$O/CN=041@Z2026-11-22@中国银联股份有限公司@A stranger" 54494C4C0013 root

printf '%s\n' TillSandboxApiV3KeyIsNotASecret0 > wechat-api-v3-key.txt
printf '%s\n' VGlsbCBzYW5kYm94IEFFUw== > alipay-aes-key.txt
chmod 0644 ./*.pem ./*.txt
