-- wrk's request and result. Arguments: requests per second over all connections (0: as many as possible), connections, body, headers.
function init(args)
  local rate, connections = tonumber(args[1]), tonumber(args[2])
  wrk.method = 'POST'
  wrk.body = args[3]
  for at = 4, #args do
    local name, value = args[at]:match('^([^:]+): (.*)$')
    wrk.headers[name] = value
  end
  -- Random pauses with the mean that gives the rate: the connections send independently of each other.
  if rate > 0 then
    delay = function() return math.random(0, math.floor(2000 * connections / rate)) end
  end
end

-- Times in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"duration":%d,"failed":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)
  ))
end
