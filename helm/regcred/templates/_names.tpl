{{/* The operator's name: of its Deployment, ServiceAccount, Service and roles. */}}
{{- define "regcred.operator" -}}
{{ .Release.Name }}-operator
{{- end }}

{{- define "regcred.selectorLabels" -}}
app.kubernetes.io/name: regcred
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "regcred.labels" -}}
{{ include "regcred.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "regcred.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Whether the policies of attach: Pods are installed: on "auto" wherever that can be. */}}
{{- define "regcred.attachPolicy" -}}
{{- $enabled := toString .Values.attachPolicy.enabled -}}
{{- $isNew := semverCompare ">=1.36.0-0" .Capabilities.KubeVersion.Version -}}
{{- if eq $enabled "auto" -}}
{{ and $isNew (not .Values.watchNamespaces) }}
{{- else -}}
{{ $enabled }}
{{- end -}}
{{- end }}

{{- define "regcred.attachPolicyCheck" -}}
{{- if and (eq (toString .Values.attachPolicy.enabled) "true") (semverCompare "<1.36.0-0" .Capabilities.KubeVersion.Version) }}
{{- fail (printf "attachPolicy.enabled: needs Kubernetes 1.36 or newer, this is %s" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- end }}
