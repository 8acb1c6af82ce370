{{/* What cannot be, each with its sentence; all of them are said at once. */}}
{{- define "mining.check" -}}
{{- $problems := list -}}
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
{{- if and (eq $authentication "none") (has .Values.broker.kind (list "rabbitmq" "azure-service-bus")) -}}
{{- $problems = append $problems (printf "%s always needs credentials: its connection string comes from broker.secretName." .Values.broker.kind) -}}
{{- end -}}
{{- if eq $authentication "workload-identity" -}}
{{- if ne .Values.broker.kind "azure-service-bus" -}}
{{- $problems = append $problems (printf "broker.authentication workload-identity works with azure-service-bus, not with %s." .Values.broker.kind) -}}
{{- else if not .Values.broker.address -}}
{{- $problems = append $problems "With workload identity broker.address must be the full name of the Service Bus namespace." -}}
{{- end -}}
{{- end -}}
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
{{- if not .Values.ingress.tlsSecretName -}}
{{- $problems = append $problems "An ingress without TLS would send tokens in the clear: set ingress.tlsSecretName." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.grpcRoute.enabled (not .Values.grpcRoute.parentRefs) -}}
{{- $problems = append $problems "The GRPCRoute belongs to no gateway: set grpcRoute.parentRefs." -}}
{{- end -}}

{{- if not (or .Values.identity.issuers .Values.identity.evaluation) -}}
{{- $problems = append $problems "Nobody could call: set identity.issuers to those whose tokens are trusted, or for an evaluation identity.evaluation to true." -}}
{{- end -}}
{{- if hasKey (default dict .Values.identity.issuers) "cluster" -}}
{{- $problems = append $problems "The alias cluster is that of the cluster's own issuer: give identity.issuers.cluster another one." -}}
{{- end -}}
{{- if and .Values.tls.clientCertificates (not (and .Values.tls.secretName .Values.tls.certificateAuthority)) -}}
{{- $problems = append $problems "Client certificates need TLS with an authority of your own: set tls.secretName, and tls.certificateAuthority to true." -}}
{{- end -}}
{{- if and .Values.monitoring.rules.enabled (not .Values.telemetry.endpoint) -}}
{{- $problems = append $problems "Alerts without metrics would never fire: set telemetry.endpoint, or monitoring.rules.enabled to false." -}}
{{- end -}}

{{- if $problems -}}
{{- fail (printf "\n\n%s\n" (join "\n" $problems)) -}}
{{- end -}}
{{- end -}}
