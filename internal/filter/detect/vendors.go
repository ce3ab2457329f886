package detect

import "slices"

// secretForm is the form of one kind of secret: a prefix, and what follows it.
type secretForm struct {
	name     string
	prefix   string // at least two bytes
	chars    byteSet
	min, max int  // characters behind the prefix; max 0: as many as there are
	bounded  bool // no letter or digit may stand before the prefix
	source   string
	// find replaces the rule above for forms that a prefix and a set of characters
	// don't describe. start is where the word begins in which the prefix was found
	// at b[i].
	find func(b []byte, start, i int) (from, to int)
}

// byteSet is a set of bytes as bits.
type byteSet [4]uint64

func bytesOf(chars string) (s byteSet) {
	for i := 0; i < len(chars); i++ {
		s[chars[i]>>6] |= 1 << (chars[i] & 63)
	}
	return s
}

func (s *byteSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// The alphabets of tokens.
const (
	digitChars = "0123456789"
	lowerChars = "abcdefghijklmnopqrstuvwxyz"
	upperChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// Sources of the forms: what the vendor documents, or the rule of that id in the
// configuration of gitleaks v8, which lists forms for scanners.
const (
	gitleaks = "gitleaks v8 config/gitleaks.toml: "
	github   = "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats"
	gitlab   = "https://docs.gitlab.com/security/tokens/#token-prefixes"
	aws      = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes"
	slack    = "https://docs.slack.dev/authentication/tokens"
	stripe   = "https://docs.stripe.com/keys"
	secretsc = "https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns"
)

// The sets of characters that tokens are made of.
func anChars() byteSet     { return bytesOf(digitChars + lowerChars + upperChars) }
func wordChars() byteSet   { return bytesOf(digitChars + lowerChars + upperChars + "_") }
func urlChars() byteSet    { return bytesOf(digitChars + lowerChars + upperChars + "_-") }
func dottedChars() byteSet { return bytesOf(digitChars + lowerChars + upperChars + "_-.") }
func b64Chars() byteSet    { return bytesOf(digitChars + lowerChars + upperChars + "+/=_-") }
func hexChars() byteSet    { return bytesOf(digitChars + "abcdefABCDEF") }
func upChars() byteSet     { return bytesOf(digitChars + upperChars) }

// vendorSecrets is the table of secrets known by prefix and shape; see
// dottedSecrets and webhook for others.
func vendorSecrets() []secretForm {
	return slices.Concat(cloudSecrets(), buildSecrets(), paymentSecrets(), chatSecrets(), aiSecrets(), exchangeSecrets(), serviceSecrets(), tokenForms())
}

// cloudSecrets are the secrets of clouds and infrastructure.
func cloudSecrets() []secretForm {
	an := anChars()
	url := urlChars()
	dotted := dottedChars()
	b64 := b64Chars()
	hex := hexChars()
	up := upChars()
	return []secretForm{
		{"aws_access_key_id", "AKIA", up, 16, 16, true, aws, nil},
		{"aws_access_key_id", "ASIA", up, 16, 16, true, aws, nil},
		{"aws_access_key_id", "ABIA", up, 16, 16, true, aws, nil},
		{"aws_access_key_id", "ACCA", up, 16, 16, true, aws, nil},
		{"aws_bedrock_key", "ABSK", b64, 90, 0, true, gitleaks + "aws-amazon-bedrock-api-key-long-lived", nil},
		{"google_api_key", "AIza", url, 35, 0, false, gitleaks + "gcp-api-key", nil},
		{"google_client_secret", "GOCSPX-", url, 20, 0, false, secretsc, nil},
		{"azure_client_secret", "Q~", dotted, 31, 0, false, gitleaks + "azure-ad-client-secret", never},
		{"alibaba_access_key_id", "LTAI", an, 12, 26, true, gitleaks + "alibaba-access-key-id", nil},
		{"digitalocean_token", "dop_v1_", hex, 64, 0, false, gitleaks + "digitalocean-pat", nil},
		{"digitalocean_token", "doo_v1_", hex, 64, 0, false, gitleaks + "digitalocean-access-token", nil},
		{"digitalocean_token", "dor_v1_", hex, 64, 0, false, gitleaks + "digitalocean-refresh-token", nil},
		{"heroku_key", "HRKU-", url, 30, 0, false, gitleaks + "heroku-api-key-v2", nil},
		{"flyio_token", "fo1_", url, 43, 0, true, gitleaks + "flyio-access-token", nil},
		{"flyio_token", "fm1a_", b64, 80, 0, true, gitleaks + "flyio-access-token", nil},
		{"flyio_token", "fm1r_", b64, 100, 0, true, gitleaks + "flyio-access-token", nil},
		{"flyio_token", "fm2_", b64, 100, 0, true, gitleaks + "flyio-access-token", nil},
		{"pulumi_token", "pul-", hex, 40, 0, true, gitleaks + "pulumi-api-token", nil},
		{"databricks_token", "dapi", hex, 32, 32, true, gitleaks + "databricks-api-token", nil},
		{"planetscale_token", "pscale_", dotted, 32, 0, false, gitleaks + "planetscale-api-token", nil},
		{"supabase_token", "sbp_", hex, 40, 0, true, secretsc, nil},
		{"supabase_key", "sb_secret_", url, 20, 0, false, secretsc, nil},
		{"netlify_token", "nfp_", an, 36, 0, true, secretsc, nil},
		{"tailscale_key", "tskey-", url, 16, 0, false, "https://tailscale.com/kb/1277/key-prefixes", nil},
		{"openshift_token", "sha256~", url, 43, 0, false, gitleaks + "openshift-user-token", nil},
		{"onepassword_token", "ops_eyJ", b64, 40, 0, false, gitleaks + "1password-service-account-token", nil},
		{"onepassword_key", "A3-", bytesOf(digitChars + upperChars + "-"), 30, 40, true, gitleaks + "1password-secret-key", nil},
		{"age_secret_key", "AGE-SECRET-KEY-1", up, 58, 0, false, gitleaks + "age-secret-key", nil},
		{"clickhouse_key", "4b1d", an, 38, 38, true, gitleaks + "clickhouse-cloud-api-secret-key", nil},
		{"docker_token", "dckr_pat_", url, 20, 0, false, secretsc, nil},
		{"docker_token", "dckr_oat_", url, 20, 0, false, secretsc, nil},
		{"artifactory_key", "AKCp", an, 69, 0, true, gitleaks + "artifactory-api-key", nil},
		{"artifactory_token", "cmVmd", an, 59, 59, true, gitleaks + "artifactory-reference-token", nil},
		{"maxmind_key", "_mmk", an, 0, 0, false, gitleaks + "maxmind-license-key", maxmindKey},
	}
}

// buildSecrets are the secrets of git hosts, package registries and builds.
func buildSecrets() []secretForm {
	an := anChars()
	word := wordChars()
	url := urlChars()
	dotted := dottedChars()
	b64 := b64Chars()
	hex := hexChars()
	up := upChars()
	return []secretForm{
		{"github_token", "ghp_", an, 20, 0, false, github, nil},
		{"github_token", "gho_", an, 20, 0, false, github, nil},
		{"github_token", "ghu_", an, 20, 0, false, github, nil},
		{"github_token", "ghs_", dotted, 20, 0, false, github, nil},
		{"github_token", "ghr_", an, 20, 0, false, github, nil},
		{"github_token", "github_pat_", word, 22, 0, false, github, nil},
		{"gitlab_token", "glpat-", dotted, 20, 0, false, gitlab, nil},
		{"gitlab_token", "gldt-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glrt-", dotted, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glcbt-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glptt-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glft-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glimt-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glagent-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "gloas-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glsoat-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "glffct-", url, 20, 0, false, gitlab, nil},
		{"gitlab_token", "GR1348941", url, 20, 0, false, gitlab, nil},
		{"atlassian_token", "ATATT3", b64, 100, 0, false, gitleaks + "atlassian-api-token", nil},
		{"atlassian_token", "ATCTT3", b64, 60, 0, false, secretsc, nil},
		{"bitbucket_password", "ATBB", b64, 28, 0, true, secretsc, nil},
		{"npm_token", "npm_", an, 36, 0, false, gitleaks + "npm-access-token", nil},
		{"pypi_token", "pypi-AgE", url, 50, 0, false, gitleaks + "pypi-upload-token", nil},
		{"rubygems_token", "rubygems_", hex, 48, 0, false, gitleaks + "rubygems-api-token", nil},
		{"clojars_token", "CLOJARS_", an, 60, 0, false, gitleaks + "clojars-api-token", nil},
		{"circleci_token", "CCIPAT_", word, 40, 0, false, secretsc, nil},
		{"buildkite_token", "bkua_", hex, 40, 0, false, secretsc, nil},
		{"octopus_key", "API-", up, 25, 27, true, gitleaks + "octopus-deploy-api-key", nil},
		{"sourcegraph_token", "sgp_", word, 40, 0, true, gitleaks + "sourcegraph-access-token", nil},
		{"sonar_token", "squ_", an, 40, 0, true, gitleaks + "sonar-api-token", nil},
		{"sonar_token", "sqp_", an, 40, 0, true, gitleaks + "sonar-api-token", nil},
		{"sonar_token", "sqa_", an, 40, 0, true, gitleaks + "sonar-api-token", nil},
		{"intra42_secret", "s-s4t2ud-", hex, 64, 64, true, gitleaks + "intra42-client-secret", nil},
		{"intra42_secret", "s-s4t2af-", hex, 64, 64, true, gitleaks + "intra42-client-secret", nil},
		{"prefect_token", "pnu_", an, 36, 0, true, gitleaks + "prefect-api-token", nil},
	}
}

// paymentSecrets are the secrets of payment and commerce.
func paymentSecrets() []secretForm {
	an := anChars()
	word := wordChars()
	url := urlChars()
	b64 := b64Chars()
	hex := hexChars()
	return []secretForm{
		{"stripe_key", "sk_live_", word, 10, 0, false, stripe, nil},
		{"stripe_key", "sk_test_", word, 10, 0, false, stripe, nil},
		{"stripe_key", "rk_live_", word, 10, 0, false, stripe, nil},
		{"stripe_key", "rk_test_", word, 10, 0, false, stripe, nil},
		{"stripe_key", "rk_prod_", word, 10, 0, false, gitleaks + "stripe-access-token", nil},
		{"stripe_key", "sk_prod_", word, 10, 0, false, gitleaks + "stripe-access-token", nil},
		{"webhook_secret", "whsec_", b64, 20, 0, false, "https://docs.stripe.com/webhooks", nil},
		{"square_token", "sq0atp-", url, 22, 0, false, gitleaks + "square-access-token", nil},
		{"square_token", "sq0csp-", url, 22, 0, false, secretsc, nil},
		{"square_token", "EAAA", url, 56, 0, true, gitleaks + "square-access-token", nil},
		{"shopify_token", "shpat_", hex, 32, 0, false, gitleaks + "shopify-access-token", nil},
		{"shopify_token", "shpca_", hex, 32, 0, false, gitleaks + "shopify-custom-access-token", nil},
		{"shopify_token", "shppa_", hex, 32, 0, false, gitleaks + "shopify-private-app-access-token", nil},
		{"shopify_secret", "shpss_", hex, 32, 0, false, gitleaks + "shopify-shared-secret", nil},
		{"plaid_token", "access-sandbox-", url, 36, 0, false, gitleaks + "plaid-api-token", nil},
		{"plaid_token", "access-development-", url, 36, 0, false, gitleaks + "plaid-api-token", nil},
		{"plaid_token", "access-production-", url, 36, 0, false, gitleaks + "plaid-api-token", nil},
		{"flutterwave_key", "FLWSECK", url, 12, 0, false, gitleaks + "flutterwave-secret-key", nil},
		{"easypost_key", "EZAK", an, 54, 0, true, gitleaks + "easypost-api-token", nil},
		{"easypost_key", "EZTK", an, 54, 0, true, gitleaks + "easypost-test-api-token", nil},
		{"duffel_token", "duffel_", url, 43, 0, false, gitleaks + "duffel-api-token", nil},
		{"gocardless_token", "live_", url, 40, 40, true, gitleaks + "gocardless-api-token", nil},
		{"lob_key", "live_", hex, 35, 35, true, gitleaks + "lob-api-key", nil},
		{"lob_key", "test_", hex, 35, 35, true, gitleaks + "lob-api-key", nil},
		{"shippo_token", "shippo_", word, 40, 0, false, gitleaks + "shippo-api-token", nil},
	}
}

// chatSecrets are the secrets of chat and mail.
func chatSecrets() []secretForm {
	an := anChars()
	url := urlChars()
	hex := hexChars()
	return []secretForm{
		{"slack_token", "xoxb-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxp-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxa-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxr-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxs-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxo-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xoxe-", url, 10, 0, false, slack, slackToken},
		{"slack_token", "xapp-", url, 10, 0, false, slack, nil},
		{"telegram_token", "AA", url, 33, 33, true, gitleaks + "telegram-bot-api-token", telegramToken},
		{"brevo_key", "xkeysib-", url, 64, 0, false, gitleaks + "sendinblue-api-token", nil},
		{"brevo_key", "xsmtpsib-", url, 64, 0, false, secretsc, nil},
		{"mailgun_key", "key-", hex, 32, 32, true, gitleaks + "mailgun-private-api-token", nil},
		{"mailchimp_key", "-us", bytesOf(digitChars), 1, 2, false, gitleaks + "mailchimp-api-key", mailchimpKey},
		{"twilio_key", "SK", hex, 32, 32, true, gitleaks + "twilio-api-key", nil},
		{"facebook_token", "EAAM", an, 60, 0, true, gitleaks + "facebook-page-access-token", nil},
		{"facebook_token", "EAAC", an, 60, 0, true, gitleaks + "facebook-page-access-token", nil},
		{"twitter_bearer", "AAAAAAAAAAAAAAAAAAAA", bytesOf(digitChars + lowerChars + upperChars + "%"), 40, 0, true, gitleaks + "twitter-bearer-token", nil},
	}
}

// aiSecrets are the secrets of AI services.
func aiSecrets() []secretForm {
	an := anChars()
	word := wordChars()
	url := urlChars()
	return []secretForm{
		{"openai_key", "sk-proj-", url, 20, 0, true, gitleaks + "openai-api-key", nil},
		{"openai_key", "sk-svcacct-", url, 20, 0, true, gitleaks + "openai-api-key", nil},
		{"openai_key", "sk-admin-", url, 20, 0, true, gitleaks + "openai-api-key", nil},
		{"anthropic_key", "sk-ant-", url, 20, 0, true, gitleaks + "anthropic-api-key", nil},
		{"openrouter_key", "sk-or-", url, 20, 0, true, secretsc, nil},
		{"openai_key", "sk-", an, 32, 0, true, gitleaks + "openai-api-key", nil},
		{"huggingface_token", "hf_", an, 34, 34, true, gitleaks + "huggingface-access-token", nil},
		{"huggingface_token", "api_org_", an, 30, 0, false, gitleaks + "huggingface-organization-api-token", nil},
		{"groq_key", "gsk_", an, 40, 0, true, secretsc, nil},
		{"replicate_token", "r8_", an, 30, 0, true, secretsc, nil},
		{"perplexity_key", "pplx-", an, 40, 0, true, gitleaks + "perplexity-api-key", nil},
		{"xai_key", "xai-", an, 60, 0, true, secretsc, nil},
		{"langsmith_key", "lsv2_", word, 30, 0, true, secretsc, nil},
	}
}

// exchangeSecrets are the secrets of exchanges and brokers. Most of their keys have no prefix:
// these are found by the names they stand under.
func exchangeSecrets() []secretForm {
	up := upChars()
	return []secretForm{
		{"alpaca_key_id", "PK", up, 18, 18, true, "https://docs.alpaca.markets/docs/getting-started", alpacaKey},
		{"alpaca_key_id", "AK", up, 18, 18, true, "https://docs.alpaca.markets/docs/getting-started", alpacaKey},
	}
}

// serviceSecrets are the secrets of observability and other services.
func serviceSecrets() []secretForm {
	an := anChars()
	word := wordChars()
	url := urlChars()
	dotted := dottedChars()
	b64 := b64Chars()
	hex := hexChars()
	return []secretForm{
		{"grafana_token", "glc_", b64, 32, 0, true, gitleaks + "grafana-cloud-api-token", nil},
		{"grafana_token", "glsa_", word, 32, 0, true, gitleaks + "grafana-service-account-token", nil},
		{"grafana_key", "eyJrIjoi", b64, 60, 0, true, gitleaks + "grafana-api-key", nil},
		{"newrelic_key", "NRAK-", an, 27, 0, true, gitleaks + "new-relic-user-api-key", nil},
		{"newrelic_key", "NRII-", url, 32, 0, true, gitleaks + "new-relic-insert-key", nil},
		{"newrelic_key", "NRJS-", hex, 19, 0, true, gitleaks + "new-relic-browser-api-token", nil},
		{"sentry_token", "sntrys_", b64, 60, 0, false, gitleaks + "sentry-org-token", nil},
		{"sentry_token", "sntryu_", hex, 64, 0, false, gitleaks + "sentry-user-token", nil},
		{"linear_key", "lin_api_", an, 40, 0, false, gitleaks + "linear-api-key", nil},
		{"notion_token", "ntn_", an, 40, 0, true, gitleaks + "notion-api-token", nil},
		{"notion_token", "secret_", an, 43, 43, true, secretsc, nil},
		{"airtable_token", "pat", dotted, 79, 79, true, gitleaks + "airtable-personal-access-token", nil},
		{"figma_token", "figd_", url, 30, 0, true, secretsc, nil},
		{"postman_key", "PMAK-", url, 59, 0, true, gitleaks + "postman-api-token", nil},
		{"typeform_token", "tfp_", dotted, 40, 0, true, gitleaks + "typeform-api-token", nil},
		{"readme_token", "rdme_", an, 70, 0, false, gitleaks + "readme-api-token", nil},
		{"frameio_token", "fio-u-", b64, 64, 0, false, gitleaks + "frameio-api-token", nil},
		{"contentful_token", "CFPAT-", url, 40, 0, false, secretsc, nil},
		{"adobe_secret", "p8e-", an, 32, 0, true, gitleaks + "adobe-client-secret", nil},
		{"yandex_key", "AQVN", url, 35, 38, true, gitleaks + "yandex-api-key", nil},
		{"scalingo_token", "tk-us-", url, 48, 0, true, gitleaks + "scalingo-api-token", nil},
		{"infracost_key", "ico-", an, 32, 0, true, gitleaks + "infracost-api-token", nil},
	}
}

// tokenForms are the secrets that other code looks behind the prefix of.
func tokenForms() []secretForm {
	url := urlChars()
	return []secretForm{
		{"jwt_in_base64", "ZXlK", url, 0, 0, false, gitleaks + "jwt-base64", encodedJWT},
		{"jwt", jwtPrefix, url, 0, 0, false, "https://www.rfc-editor.org/rfc/rfc7519", never},
	}
}

// dottedSecrets are the secrets whose prefix ends with a dot: it is looked for
// before a word.
func dottedSecrets() []secretForm {
	an := anChars()
	url := urlChars()
	dotted := dottedChars()
	return []secretForm{
		{"google_oauth_token", "ya29.", url, 20, 0, true, "https://developers.google.com/identity/protocols/oauth2", nil},
		{"cloudflare_origin_ca_key", "v1.", bytesOf(digitChars + "abcdef-"), 160, 0, true, gitleaks + "cloudflare-origin-ca-key", nil},
		{"vault_token", "hvs.", url, 24, 0, true, "https://developer.hashicorp.com/vault/docs/concepts/tokens", nil},
		{"vault_token", "hvb.", url, 24, 0, true, "https://developer.hashicorp.com/vault/docs/concepts/tokens", nil},
		{"vault_token", "hvr.", url, 24, 0, true, "https://developer.hashicorp.com/vault/docs/concepts/tokens", nil},
		{"terraform_token", ".atlasv1.", url, 60, 0, false, gitleaks + "hashicorp-tf-api-token", terraformToken},
		{"dropbox_token", "sl.", url, 130, 0, true, gitleaks + "dropbox-short-lived-api-token", nil},
		{"harness_key", "pat.", dotted, 64, 72, true, gitleaks + "harness-api-key", nil},
		{"harness_key", "sat.", dotted, 64, 72, true, gitleaks + "harness-api-key", nil},
		{"doppler_token", "dp.pt.", an, 40, 0, true, gitleaks + "doppler-api-token", nil},
		{"doppler_token", "dp.st.", dotted, 40, 0, true, "https://docs.doppler.com/reference/auth-token-formats", nil},
		{"sendgrid_key", "SG.", dotted, 60, 0, true, gitleaks + "sendgrid-api-token", nil},
		{"dynatrace_token", "dt0c01.", dotted, 80, 0, true, gitleaks + "dynatrace-api-token", nil},
	}
}
