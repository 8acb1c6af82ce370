{{/* What cannot be, each with its sentence; all of them are said at once. */}}
{{- define "mining.check" -}}
{{- $problems := list -}}
{{- $full := include "mining.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $full) -}}
{{- $problems = append $problems (printf "The objects' names would begin with '%s', but a Service's name has only lower-case letters, digits and hyphens and begins with a letter: set fullnameOverride." $full) -}}
{{- end -}}
{{- $kinds := list "redis" "kafka" "rabbitmq" "azure-service-bus" -}}

{{- if not (has .Values.database.kind (list "sqlite" "sqlserver")) -}}
{{- $problems = append $problems (printf "database.kind is '%s'; it must be sqlite or sqlserver." .Values.database.kind) -}}
{{- end -}}
{{- if and (eq .Values.database.kind "sqlserver") (not .Values.database.secretName) -}}
{{- $problems = append $problems "SQL Server needs a secret: set database.secretName to an existing secret with a connection string for each service." -}}
{{- end -}}

{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- $values := include "mining.of" (dict "root" $ "name" $name) | fromYaml -}}
{{- $scaling := $values.autoscaling -}}
{{- if eq $.Values.database.kind "sqlite" -}}
{{- if $scaling.enabled -}}
{{- $problems = append $problems (printf "SQLite cannot be scaled: %s has autoscaling, and its file allows one replica. Use sqlserver, or turn autoscaling off." $name) -}}
{{- else if ne (int $values.replicas) 1 -}}
{{- $problems = append $problems (printf "SQLite allows one replica: %s has %d. Use sqlserver, or set replicas to 1." $name (int $values.replicas)) -}}
{{- end -}}
{{- end -}}
{{- $given := dict "defaults.environment" $.Values.defaults.environment (printf "services.%s.environment" $name) (index $.Values.services $name).environment -}}
{{- range $place, $environment := $given -}}
{{- $names := list -}}
{{- range $environment -}}
{{- if has .name $names }}{{ $problems = append $problems (printf "%s lists %s more than once." $place .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}
{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "of" $name "resources" $values.resources) | fromJsonArray) -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- $problems = append $problems (printf "%s has autoscaling.minReplicas %d above maxReplicas %d." $name (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and $scaling.enabled (not (dig "requests" "cpu" "" $values.resources)) -}}
{{- $problems = append $problems (printf "%s has autoscaling by processor time and requests none: set resources.requests.cpu." $name) -}}
{{- end -}}
{{- end -}}

{{- if has .Values.broker.kind (list "memory" "in-memory" "pubsub.in-memory") -}}
{{- $problems = append $problems "An in-memory broker lives in one sidecar and reaches no other pod: set broker.kind to redis, kafka, rabbitmq or azure-service-bus." -}}
{{- else if not (has .Values.broker.kind $kinds) -}}
{{- $problems = append $problems (printf "broker.kind is '%s'; it must be redis, kafka, rabbitmq or azure-service-bus." .Values.broker.kind) -}}
{{- else -}}
{{- $authentication := .Values.broker.authentication -}}
{{- if and (has .Values.broker.kind (list "redis" "kafka")) (not .Values.broker.address) -}}
{{- $problems = append $problems (printf "The broker has no address: set broker.address to the host and port of %s." .Values.broker.kind) -}}
{{- end -}}
{{- if and (eq $authentication "secret") (not .Values.broker.secretName) -}}
{{- $problems = append $problems "The broker has no secret: set broker.secretName, or broker.authentication to workload-identity or, for an evaluation, none." -}}
{{- end -}}
{{- if and (eq .Values.broker.kind "kafka") (eq $authentication "secret") (not .Values.broker.username) -}}
{{- $problems = append $problems "kafka with a password needs a user name: set broker.username, or broker.authentication to none for an evaluation." -}}
{{- end -}}
{{- if and (eq $authentication "none") (has .Values.broker.kind (list "rabbitmq" "azure-service-bus")) -}}
{{- $problems = append $problems (printf "%s always needs credentials: its connection string comes from broker.secretName." .Values.broker.kind) -}}
{{- end -}}
{{- if has .Values.broker.kind (list "redis" "kafka") -}}
{{- range compact (splitList "," .Values.broker.address) -}}
{{- if not (regexMatch ":[0-9]+$" .) -}}
{{- $problems = append $problems (printf "broker.address has '%s' without a port: %s needs host:port." . $.Values.broker.kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ignored := ternary (list "address" "username") list (has .Values.broker.kind (list "rabbitmq" "azure-service-bus")) -}}
{{- if eq $authentication "workload-identity" }}{{ $ignored = without $ignored "address" }}{{ end -}}
{{- range $ignored -}}
{{- if index $.Values.broker . -}}
{{- $problems = append $problems (printf "broker.%s does nothing with %s: the connection string has it. Leave it empty." . $.Values.broker.kind) -}}
{{- end -}}
{{- end -}}
{{- if .Values.broker.certificateAuthority -}}
{{- if not (has .Values.broker.kind (list "kafka" "rabbitmq")) -}}
{{- $problems = append $problems (printf "broker.certificateAuthority works with kafka and rabbitmq: for %s Dapr takes no authority, so its certificate must be one that the sidecar's image trusts." .Values.broker.kind) -}}
{{- else if not .Values.broker.secretName -}}
{{- $problems = append $problems "broker.certificateAuthority takes ca.crt from the broker's secret: set broker.secretName." -}}
{{- else if and (eq .Values.broker.kind "kafka") (not .Values.broker.tls) -}}
{{- $problems = append $problems "broker.certificateAuthority without broker.tls would do nothing: set broker.tls to true." -}}
{{- end -}}
{{- end -}}
{{- if eq $authentication "workload-identity" -}}
{{- if ne .Values.broker.kind "azure-service-bus" -}}
{{- $problems = append $problems (printf "broker.authentication workload-identity works with azure-service-bus, not with %s." .Values.broker.kind) -}}
{{- else if not .Values.broker.address -}}
{{- $problems = append $problems "With workload identity broker.address must be the full name of the Service Bus namespace." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "of" "dapr.sidecarResources" "resources" .Values.dapr.sidecarResources) | fromJsonArray) -}}
{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "of" "verification" "resources" .Values.verification.resources) | fromJsonArray) -}}

{{- $names := list -}}
{{- range .Values.broker.metadata -}}
{{- if has (lower .name) (list "consumerid" "allowedtopics" "protectedtopics" "publishingscopes" "subscriptionscopes") -}}
{{- $problems = append $problems (printf "broker.metadata sets %s, which the mesh itself sets: leave it out." .name) -}}
{{- end -}}
{{- if has .name $names }}{{ $problems = append $problems (printf "broker.metadata lists %s more than once." .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- range $name := list "appTokenSecretName" "apiTokenSecretName" -}}
{{- if not (index $.Values.dapr $name) -}}
{{- $problems = append $problems (printf "Sidecar and service must know each other: set dapr.%s to an existing secret with the key token." $name) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.pageTokenKey.secretName -}}
{{- $problems = append $problems "Page tokens need a key that all replicas share: set pageTokenKey.secretName to an existing secret." -}}
{{- end -}}
{{- if not .Values.auditKey.secretName -}}
{{- $problems = append $problems "Checkpoints of the change logs need a key to be signed with: set auditKey.secretName to an existing secret." -}}
{{- end -}}

{{- if .Values.ingress.enabled -}}
{{- if not (or .Values.ingress.grpc.host .Values.ingress.json.host) -}}
{{- $problems = append $problems "The ingress has no host: set ingress.grpc.host, ingress.json.host, or both." -}}
{{- end -}}
{{- if and .Values.ingress.grpc.host (eq .Values.ingress.grpc.host .Values.ingress.json.host) -}}
{{- $problems = append $problems (printf "ingress.grpc.host and ingress.json.host are both %s: each needs a host of its own." .Values.ingress.grpc.host) -}}
{{- end -}}
{{- if not .Values.ingress.tlsSecretName -}}
{{- $problems = append $problems "An ingress without TLS would send tokens in the clear: set ingress.tlsSecretName." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.grpcRoute.enabled .Values.tls.secretName .Values.tls.certificateAuthority (not .Values.grpcRoute.certificateAuthorityConfigMap) -}}
{{- $problems = append $problems "The gateway of the GRPCRoute must verify the services' certificate: set grpcRoute.certificateAuthorityConfigMap to an existing config map with ca.crt, or tls.certificateAuthority to false." -}}
{{- end -}}
{{- if and .Values.grpcRoute.enabled (not .Values.grpcRoute.parentRefs) -}}
{{- $problems = append $problems "The GRPCRoute belongs to no gateway: set grpcRoute.parentRefs." -}}
{{- end -}}

{{- $issuers := include "mining.issuers" . | fromYaml -}}
{{- $gateways := dict -}}
{{- range .Values.grpcRoute.parentRefs -}}
{{- $gateway := printf "%s/%s/%s/%s" (default "" .group) (default "" .kind) (default "" .namespace) .name -}}
{{- $_ := set $gateways $gateway (append (default list (get $gateways $gateway)) .) -}}
{{- end -}}
{{- range $gateways -}}
{{- $sections := list -}}
{{- range . }}{{ $sections = append $sections (default "" .sectionName) }}{{ end -}}
{{- if and (gt (len .) 1) (or (has "" $sections) (ne (len (uniq $sections)) (len .))) -}}
{{- $problems = append $problems (printf "grpcRoute.parentRefs names the gateway %s more than once: give each entry a sectionName of its own." (first .).name) -}}
{{- end -}}
{{- end -}}
{{- range $party, $entries := .Values.networkPolicy -}}
{{- if kindIs "slice" $entries -}}
{{- range $entries -}}
{{- if kindIs "map" . -}}
{{- $block := default dict .ipBlock -}}
{{- range $block.except -}}
{{- if not (include "mining.isInside" (dict "part" . "whole" $block.cidr)) -}}
{{- $problems = append $problems (printf "networkPolicy.%s excepts %s, which is not a part of %s." $party . $block.cidr) -}}
{{- end -}}
{{- end -}}
{{- else if kindIs "string" . -}}
{{- $ends := splitList "-" . -}}
{{- if or (gt (first $ends | int) (last $ends | int)) (gt (last $ends | int) 65535) -}}
{{- $problems = append $problems (printf "networkPolicy.%s has %s; a range is from a port to a higher one, 65535 at most." $party .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if not (or $issuers .Values.identity.evaluation) -}}
{{- $problems = append $problems "Nobody could call: set identity.issuers to those whose tokens are trusted, or for an evaluation identity.evaluation to true." -}}
{{- end -}}
{{- if and .Values.identity.evaluation (not (or .Values.tests.enabled .Values.verification.enabled)) -}}
{{- $problems = append $problems "identity.evaluation takes tokens of the accounts for test and verification: set tests.enabled or verification.enabled, or identity.evaluation to false." -}}
{{- end -}}
{{- $aliasOf := dict .Values.identity.cluster.issuer "cluster" -}}
{{- range $alias, $issuer := $issuers -}}
{{- with get $aliasOf $issuer.issuer -}}
{{- $problems = append $problems (printf "identity.issuers.%s and %s have the same address, %s." $alias . $issuer.issuer) -}}
{{- end -}}
{{- $_ := set $aliasOf $issuer.issuer $alias -}}
{{- end -}}
{{- $sides := .Values.identity.sides -}}
{{- with (include "mining.of" (dict "root" $ "name" "investors") | fromYaml).settings.Partnership -}}
{{- range .Sides }}{{ $sides = append $sides .SideId }}{{ end -}}
{{- end -}}
{{- $named := ternary (dict "tests.side" (list .Values.tests.side)) dict .Values.tests.enabled -}}
{{- range $alias, $issuer := $issuers }}{{ $_ := set $named (printf "identity.issuers.%s.sides" $alias) $issuer.sides }}{{ end -}}
{{- range $place, $given := $named -}}
{{- range $given -}}
{{- if not (has . $sides) -}}
{{- $problems = append $problems (printf "%s names '%s', but the sides are %s: correct it, or add it to identity.sides." $place . (join ", " $sides)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $issuers "cluster" -}}
{{- $problems = append $problems "The alias cluster is that of the cluster's own issuer: give identity.issuers.cluster another one." -}}
{{- end -}}
{{- if and .Values.tls.clientCertificates (not (and .Values.tls.secretName .Values.tls.certificateAuthority)) -}}
{{- $problems = append $problems "Client certificates need TLS with an authority of your own: set tls.secretName, and tls.certificateAuthority to true." -}}
{{- end -}}
{{- if and .Values.telemetry.settings (not .Values.telemetry.endpoint) -}}
{{- $problems = append $problems "telemetry.settings without telemetry.endpoint would do nothing: set telemetry.endpoint." -}}
{{- end -}}
{{- if hasKey .Values.telemetry.settings "OTEL_EXPORTER_OTLP_ENDPOINT" -}}
{{- $problems = append $problems "telemetry.settings.OTEL_EXPORTER_OTLP_ENDPOINT is made from telemetry.endpoint: set that." -}}
{{- end -}}
{{- if not (include "mining.isSchedule" .Values.verification.schedule) -}}
{{- $problems = append $problems (printf "verification.schedule is '%s'; it must be minute (0-59), hour (0-23), day (1-31), month (1-12) and weekday (0-6), such as '17 3 * * *', or @hourly, @daily, @weekly, @monthly or @yearly." .Values.verification.schedule) -}}
{{- end -}}
{{- if and .Values.monitoring.rules.enabled (not .Values.telemetry.endpoint) -}}
{{- $problems = append $problems "Alerts without metrics would never fire: set telemetry.endpoint, or monitoring.rules.enabled to false." -}}
{{- end -}}

{{- $problems = concat $problems (include "mining.unchangeable" . | fromJsonArray) -}}

{{- if $problems -}}
{{- fail (printf "\n\n%s\n" ($problems | uniq | join "\n")) -}}
{{- end -}}
{{- end -}}

{{/* A sentence for each resource of which more is requested than the limit allows; the API refuses such a pod. */}}
{{- define "mining.excessiveRequests" -}}
{{- $problems := list -}}
{{- $limits := default dict .resources.limits -}}
{{- range $resource, $request := .resources.requests -}}
{{- $limit := get $limits $resource -}}
{{- if and $limit (gt (include "mining.amount" $request | float64) (include "mining.amount" $limit | float64)) -}}
{{- $problems = append $problems (printf "%s requests %v of %s, above its limit of %v." $.of $request $resource $limit) -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{/* A quantity of Kubernetes as a number. */}}
{{- define "mining.amount" -}}
{{- $text := toString . -}}
{{- $unit := regexFind "[A-Za-z]*$" $text -}}
{{- $factors := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- mulf (trimSuffix $unit $text) (default 1 (get $factors $unit)) -}}
{{- end -}}

{{/* Something if a block of addresses is a true part of another. Of IPv6 only the lengths are compared. */}}
{{- define "mining.isInside" -}}
{{- $part := include "mining.block" .part | fromYaml -}}
{{- $whole := include "mining.block" .whole | fromYaml -}}
{{- $size := 1 -}}
{{- range until (int (sub 32 (int $whole.length) | max 0)) }}{{ $size = mul $size 2 }}{{ end -}}
{{- if and (eq $part.isIPv6 $whole.isIPv6) (gt (int $part.length) (int $whole.length)) (or $whole.isIPv6 (eq (div $part.address $size) (div $whole.address $size))) -}}
true
{{- end -}}
{{- end -}}

{{- define "mining.block" -}}
{{- $halves := splitList "/" . -}}
{{- $address := 0 -}}
{{- range splitList "." (first $halves) }}{{ $address = add (mul $address 256) (int .) }}{{ end -}}
{{- dict "address" $address "length" (last $halves | int) "isIPv6" (contains ":" .) | toYaml -}}
{{- end -}}

{{/* Something if a text is a schedule of a CronJob. */}}
{{- define "mining.isSchedule" -}}
{{- $fields := regexSplit "\\s+" (trim .) -1 -}}
{{- $isSchedule := eq (len $fields) 5 -}}
{{- range $index, $field := $fields -}}
{{- $value := index (list "[0-5]?[0-9]" "[01]?[0-9]|2[0-3]" "0?[1-9]|[12][0-9]|3[01]"
      "0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec" "[0-6]|sun|mon|tue|wed|thu|fri|sat") (min $index 4) -}}
{{- range $part := splitList "," (lower $field) -}}
{{- $ends := regexFind "^[0-9]+-[0-9]+" $part | splitList "-" -}}
{{- if or (not (regexMatch (printf "^([*?]|(%s)(-(%s))?)(/[1-9][0-9]*)?$" $value $value) $part)) (gt (index $ends 0 | int) (last $ends | int)) -}}
{{- $isSchedule = false -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if or $isSchedule (has . (list "@hourly" "@daily" "@midnight" "@weekly" "@monthly" "@yearly" "@annually")) }}true{{ end -}}
{{- end -}}
