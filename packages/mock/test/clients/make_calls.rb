# Makes the calls that come as lines of JSON on standard input, and answers with one line each.
require "aws-sdk-core"
require "json"

def underscore(name)
  name.gsub(/([A-Z]+)([A-Z][a-z])/, '\1_\2').gsub(/([a-z\d])([A-Z])/, '\1_\2').downcase
end

def underscored(value)
  case value
  when Hash then value.to_h { |name, member| [underscore(name).to_sym, underscored(member)] }
  when Array then value.map { |item| underscored(item) }
  else value
  end
end

def answer(request)
  if request["list"]
    api = Aws::STS::Client.new(region: "us-east-1", stub_responses: true).config.api
    return { operations: api.operation_names.map { |name| api.operation(name).name }.sort }
  end
  keys = request["keys"]
  client = Aws::STS::Client.new(
    region: "us-east-1",
    endpoint: request["endpoint"],
    credentials: Aws::Credentials.new(keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"]),
    retry_limit: 0,
  )
  client.public_send(underscore(request["operation"]), underscored(request["input"]))
  { outcome: "ok" }
rescue Aws::Errors::ServiceError => error
  { outcome: error.code }
rescue StandardError => error
  { outcome: "#{error.class}: #{error.message}" }
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(answer(JSON.parse(line))) }
