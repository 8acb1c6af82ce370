{{/* Refuses invalid combinations of values, and lists all problems at once. */}}
{{- define "mining.check" -}}
{{- $problems := list -}}
{{- $full := include "mining.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $full) -}}
{{- $problems = append $problems (printf "Object names would start with '%s'. A Service's name must start with a letter and may contain only lower-case letters, digits and hyphens: set fullnameOverride." $full) -}}
{{- end -}}
{{- $kinds := list "redis" "kafka" "rabbitmq" "azure-service-bus" -}}

{{- if not (has .Values.database.kind (list "sqlite" "sqlserver")) -}}
{{- $problems = append $problems (printf "database.kind is '%s'; it must be sqlite or sqlserver." .Values.database.kind) -}}
{{- end -}}
{{- if and (eq .Values.database.kind "sqlserver") (not .Values.database.secretName) -}}
{{- $problems = append $problems "SQL Server requires a secret: set database.secretName to an existing secret with a connection string for each service." -}}
{{- end -}}

{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- $values := include "mining.serviceValues" (dict "root" $ "name" $name) | fromYaml -}}
{{- $scaling := $values.autoscaling -}}
{{- if eq $.Values.database.kind "sqlite" -}}
{{- if $scaling.enabled -}}
{{- $problems = append $problems (printf "SQLite allows one replica: autoscaling is enabled for %s. Use sqlserver, or disable autoscaling." $name) -}}
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
{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "owner" $name "resources" $values.resources) | fromJsonArray) -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- $problems = append $problems (printf "%s: autoscaling.minReplicas (%d) is greater than maxReplicas (%d)." $name (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and $scaling.enabled (not (dig "requests" "cpu" "" $values.resources)) -}}
{{- $problems = append $problems (printf "%s: autoscaling requires a CPU request: set resources.requests.cpu." $name) -}}
{{- end -}}
{{- end -}}

{{- if has .Values.broker.kind (list "memory" "in-memory" "pubsub.in-memory") -}}
{{- $problems = append $problems "An in-memory broker cannot deliver to other pods: set broker.kind to redis, kafka, rabbitmq or azure-service-bus." -}}
{{- else if not (has .Values.broker.kind $kinds) -}}
{{- $problems = append $problems (printf "broker.kind is '%s'; it must be redis, kafka, rabbitmq or azure-service-bus." .Values.broker.kind) -}}
{{- else -}}
{{- $authentication := .Values.broker.authentication -}}
{{- if and (has .Values.broker.kind (list "redis" "kafka")) (not .Values.broker.address) -}}
{{- $problems = append $problems (printf "broker.address is empty: set it to the host and port of %s." .Values.broker.kind) -}}
{{- end -}}
{{- if and (eq $authentication "secret") (not .Values.broker.secretName) -}}
{{- $problems = append $problems "broker.secretName is empty: set it, or set broker.authentication to workload-identity or, for an evaluation, to none." -}}
{{- end -}}
{{- if and (eq .Values.broker.kind "kafka") (eq $authentication "secret") (not .Values.broker.username) -}}
{{- $problems = append $problems "Kafka with password authentication requires broker.username: set it, or set broker.authentication to none for an evaluation." -}}
{{- end -}}
{{- if and (eq $authentication "none") (has .Values.broker.kind (list "rabbitmq" "azure-service-bus")) -}}
{{- $problems = append $problems (printf "%s requires credentials: set broker.authentication to secret, and broker.secretName to an existing secret with its connection string." .Values.broker.kind) -}}
{{- end -}}
{{- if has .Values.broker.kind (list "redis" "kafka") -}}
{{- range compact (splitList "," .Values.broker.address) -}}
{{- if not (regexMatch ":[0-9]+$" .) -}}
{{- $problems = append $problems (printf "broker.address contains '%s' without a port: %s requires host:port." . $.Values.broker.kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ignored := ternary (list "address" "username") list (has .Values.broker.kind (list "rabbitmq" "azure-service-bus")) -}}
{{- if eq $authentication "workload-identity" }}{{ $ignored = without $ignored "address" }}{{ end -}}
{{- range $ignored -}}
{{- if index $.Values.broker . -}}
{{- $problems = append $problems (printf "broker.%s has no effect with %s, because the connection string contains it: leave it empty." . $.Values.broker.kind) -}}
{{- end -}}
{{- end -}}
{{- if .Values.broker.certificateAuthority -}}
{{- if not (has .Values.broker.kind (list "kafka" "rabbitmq")) -}}
{{- $problems = append $problems (printf "broker.certificateAuthority requires kafka or rabbitmq. Dapr has no such setting for %s: use a broker certificate that the sidecar's image trusts." .Values.broker.kind) -}}
{{- else if not .Values.broker.secretName -}}
{{- $problems = append $problems "broker.certificateAuthority requires broker.secretName: the secret contains ca.crt." -}}
{{- else if and (eq .Values.broker.kind "kafka") (not .Values.broker.tls) -}}
{{- $problems = append $problems "broker.certificateAuthority has no effect without TLS: set broker.tls to true." -}}
{{- end -}}
{{- end -}}
{{- if eq $authentication "workload-identity" -}}
{{- if ne .Values.broker.kind "azure-service-bus" -}}
{{- $problems = append $problems (printf "broker.authentication workload-identity requires azure-service-bus; broker.kind is %s." .Values.broker.kind) -}}
{{- else if not .Values.broker.address -}}
{{- $problems = append $problems "broker.authentication workload-identity requires broker.address: set it to the fully qualified name of the Service Bus namespace." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "owner" "dapr.sidecarResources" "resources" .Values.dapr.sidecarResources) | fromJsonArray) -}}
{{- $problems = concat $problems (include "mining.excessiveRequests" (dict "owner" "verification" "resources" .Values.verification.resources) | fromJsonArray) -}}

{{- $names := list -}}
{{- range .Values.broker.metadata -}}
{{- if has (lower .name) (list "consumerid" "allowedtopics" "protectedtopics" "publishingscopes" "subscriptionscopes") -}}
{{- $problems = append $problems (printf "broker.metadata must not contain %s: the chart sets it." .name) -}}
{{- end -}}
{{- if has .name $names }}{{ $problems = append $problems (printf "broker.metadata lists %s more than once." .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- range $name := list "appTokenSecretName" "apiTokenSecretName" -}}
{{- if not (index $.Values.dapr $name) -}}
{{- $problems = append $problems (printf "dapr.%s is empty: set it to an existing secret with the key token, with which sidecar and service authenticate each other." $name) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.pageTokenKey.secretName -}}
{{- $problems = append $problems "pageTokenKey.secretName is empty: set it to an existing secret with the key that signs page tokens." -}}
{{- end -}}
{{- if not .Values.auditKey.secretName -}}
{{- $problems = append $problems "auditKey.secretName is empty: set it to an existing secret with the key that signs checkpoints of the change logs." -}}
{{- end -}}

{{- if .Values.ingress.enabled -}}
{{- if not (or .Values.ingress.grpc.host .Values.ingress.json.host) -}}
{{- $problems = append $problems "The ingress has no host: set ingress.grpc.host, ingress.json.host, or both." -}}
{{- end -}}
{{- if and .Values.ingress.grpc.host (eq .Values.ingress.grpc.host .Values.ingress.json.host) -}}
{{- $problems = append $problems (printf "ingress.grpc.host and ingress.json.host are both %s: use different hosts." .Values.ingress.grpc.host) -}}
{{- end -}}
{{- if not .Values.ingress.tlsSecretName -}}
{{- $problems = append $problems "An ingress without TLS would transmit tokens unencrypted: set ingress.tlsSecretName." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.grpcRoute.enabled .Values.tls.secretName .Values.tls.certificateAuthority (not .Values.grpcRoute.certificateAuthorityConfigMap) -}}
{{- $problems = append $problems "The GRPCRoute requires a certificate authority to verify the gateway's certificate: set grpcRoute.certificateAuthorityConfigMap to an existing config map with ca.crt, or tls.certificateAuthority to false." -}}
{{- end -}}
{{- if and .Values.grpcRoute.enabled (not .Values.grpcRoute.parentRefs) -}}
{{- $problems = append $problems "The GRPCRoute has no parent: set grpcRoute.parentRefs." -}}
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
{{- $problems = append $problems (printf "grpcRoute.parentRefs lists the gateway %s more than once: give each entry a different sectionName." (first .).name) -}}
{{- end -}}
{{- end -}}
{{- range $party, $entries := .Values.networkPolicy -}}
{{- if kindIs "slice" $entries -}}
{{- range $entries -}}
{{- if kindIs "map" . -}}
{{- $block := default dict .ipBlock -}}
{{- range $block.except -}}
{{- if not (include "mining.isSubnet" (dict "part" . "whole" $block.cidr)) -}}
{{- $problems = append $problems (printf "networkPolicy.%s: ipBlock.except contains %s, which is not a subnet of %s." $party . $block.cidr) -}}
{{- end -}}
{{- end -}}
{{- else if kindIs "string" . -}}
{{- $ends := splitList "-" . -}}
{{- if or (gt (first $ends | int) (last $ends | int)) (gt (last $ends | int) 65535) -}}
{{- $problems = append $problems (printf "networkPolicy.%s contains the invalid port range %s: it must be FIRST-LAST, with LAST not below FIRST and at most 65535." $party .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if not (or $issuers .Values.identity.evaluation) -}}
{{- $problems = append $problems "No caller could authenticate: list trusted token issuers in identity.issuers, or set identity.evaluation to true for an evaluation." -}}
{{- end -}}
{{- if and .Values.identity.evaluation (not (or .Values.tests.enabled .Values.verification.enabled)) -}}
{{- $problems = append $problems "identity.evaluation requires the service account of test or verification: set tests.enabled or verification.enabled to true, or identity.evaluation to false." -}}
{{- end -}}
{{- $aliasOf := dict .Values.identity.cluster.issuer "cluster" -}}
{{- range $alias, $issuer := $issuers -}}
{{- with get $aliasOf $issuer.issuer -}}
{{- $problems = append $problems (printf "identity.issuers: %s and %s have the same issuer, %s." $alias . $issuer.issuer) -}}
{{- end -}}
{{- $_ := set $aliasOf $issuer.issuer $alias -}}
{{- end -}}
{{- $sides := .Values.identity.sides -}}
{{- with (include "mining.serviceValues" (dict "root" $ "name" "investors") | fromYaml).settings.Partnership -}}
{{- range .Sides }}{{ $sides = append $sides .SideId }}{{ end -}}
{{- end -}}
{{- $named := ternary (dict "tests.side" (list .Values.tests.side)) dict .Values.tests.enabled -}}
{{- range $alias, $issuer := $issuers }}{{ $_ := set $named (printf "identity.issuers.%s.sides" $alias) $issuer.sides }}{{ end -}}
{{- range $place, $given := $named -}}
{{- range $given -}}
{{- if not (has . $sides) -}}
{{- $problems = append $problems (printf "%s: '%s' is not a known side (%s). Correct it, or add it to identity.sides." $place . (join ", " $sides)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $issuers "cluster" -}}
{{- $problems = append $problems "The alias 'cluster' is reserved for the cluster's own issuer: rename identity.issuers.cluster." -}}
{{- end -}}
{{- if and .Values.tls.clientCertificates (not (and .Values.tls.secretName .Values.tls.certificateAuthority)) -}}
{{- $problems = append $problems "tls.clientCertificates requires TLS and a certificate authority: set tls.secretName, and tls.certificateAuthority to true." -}}
{{- end -}}
{{- if and .Values.telemetry.settings (not .Values.telemetry.endpoint) -}}
{{- $problems = append $problems "telemetry.settings has no effect without telemetry.endpoint: set telemetry.endpoint." -}}
{{- end -}}
{{- if hasKey .Values.telemetry.settings "OTEL_EXPORTER_OTLP_ENDPOINT" -}}
{{- $problems = append $problems "telemetry.settings must not contain OTEL_EXPORTER_OTLP_ENDPOINT: set telemetry.endpoint instead." -}}
{{- end -}}
{{- if not (include "mining.isSchedule" .Values.verification.schedule) -}}
{{- $problems = append $problems (printf "verification.schedule '%s' is not a cron schedule: it must have minute (0-59), hour (0-23), day (1-31), month (1-12) and weekday (0-6), such as '17 3 * * *', or be @hourly, @daily, @weekly, @monthly or @yearly." .Values.verification.schedule) -}}
{{- end -}}
{{- if and .Values.monitoring.rules.enabled (not .Values.telemetry.endpoint) -}}
{{- $problems = append $problems "Alerts require telemetry: set telemetry.endpoint, or monitoring.rules.enabled to false." -}}
{{- end -}}

{{- $problems = concat $problems (include "mining.upgradeProblems" . | fromJsonArray) -}}

{{- if $problems -}}
{{- fail (printf "\n\n%s\n" ($problems | uniq | join "\n")) -}}
{{- end -}}
{{- end -}}

{{/* One message per resource whose request exceeds its limit; the API refuses such a pod. */}}
{{- define "mining.excessiveRequests" -}}
{{- $problems := list -}}
{{- $limits := default dict .resources.limits -}}
{{- range $resource, $request := .resources.requests -}}
{{- $limit := get $limits $resource -}}
{{- if and $limit (gt (include "mining.quantity" $request | float64) (include "mining.quantity" $limit | float64)) -}}
{{- $problems = append $problems (printf "%s: the %s request %v exceeds the limit %v." $.owner $resource $request $limit) -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{/* Converts a Kubernetes quantity to a number. */}}
{{- define "mining.quantity" -}}
{{- $text := toString . -}}
{{- $unit := regexFind "[A-Za-z]*$" $text -}}
{{- $factors := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- mulf (trimSuffix $unit $text) (default 1 (get $factors $unit)) -}}
{{- end -}}

{{/* "true" if an address block is a smaller part of another, otherwise empty. For IPv6, only prefix lengths are compared. */}}
{{- define "mining.isSubnet" -}}
{{- $part := include "mining.parseCidr" .part | fromYaml -}}
{{- $whole := include "mining.parseCidr" .whole | fromYaml -}}
{{- $size := 1 -}}
{{- range until (int (sub 32 (int $whole.length) | max 0)) }}{{ $size = mul $size 2 }}{{ end -}}
{{- if and (eq $part.isIPv6 $whole.isIPv6) (gt (int $part.length) (int $whole.length)) (or $whole.isIPv6 (eq (div $part.address $size) (div $whole.address $size))) -}}
true
{{- end -}}
{{- end -}}

{{- define "mining.parseCidr" -}}
{{- $parts := splitList "/" . -}}
{{- $address := 0 -}}
{{- range splitList "." (first $parts) }}{{ $address = add (mul $address 256) (int .) }}{{ end -}}
{{- dict "address" $address "length" (last $parts | int) "isIPv6" (contains ":" .) | toYaml -}}
{{- end -}}

{{/* "true" if a string is a valid CronJob schedule, otherwise empty. */}}
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
