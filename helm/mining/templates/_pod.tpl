{{/* Annotations for Dapr's sidecar injector. Only services that subscribe to others have a delivery port. */}}
{{- define "mining.daprAnnotations" -}}
{{- $dapr := .root.Values.dapr -}}
{{- $ports := include "mining.ports" .root | fromYaml -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .name }}
dapr.io/config: {{ include "mining.fullname" .root | quote }}
{{- if .service.follows }}
dapr.io/app-port: {{ $ports.deliveries | quote }}
dapr.io/app-protocol: grpc
dapr.io/app-token-secret: {{ $dapr.appTokenSecretName | quote }}
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-probe-interval: "5"
dapr.io/app-health-probe-timeout: "2000"
dapr.io/app-health-threshold: "3"
{{- end }}
dapr.io/api-token-secret: {{ $dapr.apiTokenSecretName | quote }}
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/max-body-size: 16Mi
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/log-level: {{ $dapr.logLevel }}
dapr.io/log-as-json: "true"
dapr.io/enable-metrics: "true"
dapr.io/metrics-port: {{ $ports.metrics | quote }}
{{- /* The sidecar keeps accepting publications until the service has stopped, then shuts down. */}}
dapr.io/block-shutdown-duration: {{ add .root.Values.shutdown.drainSeconds .root.Values.shutdown.callTimeoutSeconds }}s
dapr.io/graceful-shutdown-seconds: {{ .root.Values.shutdown.sidecarTimeoutSeconds | quote }}
{{- with $dapr.sidecarResources }}
{{- with .requests }}
{{- with .cpu }}
dapr.io/sidecar-cpu-request: {{ . | quote }}
{{- end }}
{{- with .memory }}
dapr.io/sidecar-memory-request: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .limits }}
{{- with .cpu }}
dapr.io/sidecar-cpu-limit: {{ . | quote }}
{{- end }}
{{- with .memory }}
dapr.io/sidecar-memory-limit: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Probes of the gRPC health service, on a dedicated port without TLS, because the kubelet's gRPC probe does not support TLS. "liveness" checks
only the process. The overall status ("") also checks the database and, in the gateway, that every source has been read. A restart would fix
neither.
*/}}
{{- define "mining.probes" -}}
{{- $ports := include "mining.ports" .root | fromYaml -}}
startupProbe:
  grpc: { port: {{ $ports.health }}, service: liveness }
  periodSeconds: 2
  timeoutSeconds: 2
  # Five minutes, because services wait for their schema and the gateway loads its checkpoint.
  failureThreshold: 150
livenessProbe:
  grpc: { port: {{ $ports.health }}, service: liveness }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  grpc: { port: {{ $ports.health }} }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{- define "mining.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: settings
  mountPath: /app/appsettings.Production.json
  subPath: {{ .name }}.json
  readOnly: true
{{- if eq .root.Values.database.kind "sqlite" }}
- name: data
  mountPath: /data
{{- end }}
{{- if .root.Values.tls.secretName }}
- name: tls
  mountPath: /etc/mining/tls
  readOnly: true
{{- end }}
{{- if ne .name "gateway" }}
- name: audit
  mountPath: /etc/mining/audit
  readOnly: true
{{- end }}
- name: token
  mountPath: /var/run/secrets/mining
  readOnly: true
{{- if .root.Values.identity.cluster.certificateAuthority }}
- name: cluster-authority
  mountPath: /etc/mining/cluster
  readOnly: true
{{- end }}
{{- range $index, $alias := include "mining.issuersWithCertificateAuthority" .root | fromYamlArray }}
- name: issuer-{{ $index }}
  mountPath: /etc/mining/issuers/{{ $alias }}
  readOnly: true
{{- end }}
{{- end -}}

{{- define "mining.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
- name: settings
  configMap:
    name: {{ include "mining.fullname" .root }}-settings
{{- if eq .root.Values.database.kind "sqlite" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "mining.fullname" .root }}-{{ .name }}
{{- end }}
{{- if .root.Values.tls.secretName }}
- name: tls
  secret:
    secretName: {{ .root.Values.tls.secretName | quote }}
{{- end }}
{{- if ne .name "gateway" }}
- name: audit
  secret:
    secretName: {{ .root.Values.auditKey.secretName | quote }}
    items:
      - { key: {{ .root.Values.auditKey.key | quote }}, path: signing-key.pem }
{{- end }}
{{ include "mining.tokenVolume" .root }}
{{- if .root.Values.identity.cluster.certificateAuthority }}
- name: cluster-authority
  configMap:
    # Kubernetes creates it in every namespace.
    name: kube-root-ca.crt
{{- end }}
{{- range $index, $alias := include "mining.issuersWithCertificateAuthority" .root | fromYamlArray }}
- name: issuer-{{ $index }}
  secret:
    secretName: {{ (get $.root.Values.identity.issuers $alias).certificateAuthoritySecret | quote }}
    items:
      - { key: ca.crt, path: ca.crt }
{{- end }}
{{- end -}}

{{/* Aliases of issuers with a certificate authority. Volumes are named by index, because secret names can be longer than volume names. */}}
{{- define "mining.issuersWithCertificateAuthority" -}}
{{- range $alias, $issuer := include "mining.issuers" . | fromYaml }}
{{- if $issuer.certificateAuthoritySecret }}
- {{ $alias | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Service account token with which a pod authenticates to the services. */}}
{{- define "mining.tokenVolume" -}}
- name: token
  projected:
    sources:
      - serviceAccountToken:
          path: token
          audience: {{ .Values.identity.cluster.audience | quote }}
          expirationSeconds: {{ .Values.identity.cluster.tokenExpirationSeconds | int64 }}
{{- end -}}

{{- define "mining.spread" -}}
{{- $selector := include "mining.selector" . -}}
{{- range $key, $policy := dict "kubernetes.io/hostname" .root.Values.topologySpread.node "topology.kubernetes.io/zone" .root.Values.topologySpread.zone }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: {{ $policy }}
  # Nodes whose taints the pods do not tolerate, such as the control plane's, do not count.
  nodeTaintsPolicy: Honor
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end -}}
