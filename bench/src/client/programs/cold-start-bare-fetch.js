// The least any program does: send the request, read the answer.
import { done, INPUT_BODY, url } from "./first-credentials.js";

const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: INPUT_BODY,
});
done(/<AccessKeyId>(.*?)</.exec(await response.text())?.[1]);
