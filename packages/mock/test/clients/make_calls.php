<?php
// Makes the calls that come as lines of JSON on standard input, and answers with one line each.
foreach (["AsyncAws/Core/autoload.php", "Symfony/Component/HttpClient/autoload.php"] as $file) {
    require_once $file;
}

use AsyncAws\Core\Exception\Http\HttpException;
use AsyncAws\Core\Sts\StsClient;
use Symfony\Component\HttpClient\HttpClient;

function answer(array $request): array
{
    if ($request["list"] ?? false) {
        $methods = array_filter(get_class_methods(StsClient::class), fn($name) => preg_match("/^(assume|get[A-Z]\w+(Identity|Token)$)/", $name));
        $names = array_map("ucfirst", array_values($methods));
        sort($names);
        return ["operations" => $names];
    }
    $keys = $request["keys"];
    $settings = [
        "region" => "us-east-1",
        "endpoint" => $request["endpoint"],
        "accessKeyId" => $keys["accessKeyId"],
        "accessKeySecret" => $keys["secretAccessKey"],
        "sessionToken" => $keys["sessionToken"] ?? null,
    ];
    // A client of its own, because the default one tries again.
    $client = new StsClient(array_filter($settings), null, HttpClient::create());
    try {
        $client->{lcfirst($request["operation"])}($request["input"])->resolve();
        return ["outcome" => "ok"];
    } catch (HttpException $error) {
        return ["outcome" => $error->getAwsCode()];
    } catch (Throwable $error) {
        return ["outcome" => get_class($error) . ": " . $error->getMessage()];
    }
}

while (($line = fgets(STDIN)) !== false) {
    fwrite(STDOUT, json_encode(answer(json_decode($line, true))) . "\n");
}
