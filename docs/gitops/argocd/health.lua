-- Argo CD's health check of the kinds of regcred.dev; argocd-cm.yaml carries it.
-- Healthy: what the spec declares is there, be it Inactive, Removed or Purged.
-- Degraded: nothing changes until a person changes something.
if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = "It is being withdrawn."}
end
local status = obj.status or {}
if status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "The operator has not seen the newest spec yet."}
end
local ready
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Stalled" and condition.status == "True" then
    return {status = "Degraded", message = condition.reason .. ": " .. condition.message}
  end
  if condition.type == "Ready" then
    ready = condition
  end
end
if ready == nil then
  return {status = "Progressing", message = "The operator has said nothing yet."}
end
if ready.status == "True" then
  return {status = "Healthy", message = ready.message}
end
return {status = "Progressing", message = ready.reason .. ": " .. ready.message}
