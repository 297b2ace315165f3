// Camera and microphone before the call: everything stays in this browser.
const test = document.getElementById("call-test");
const [button, said, picture, loud] = ["button", "[role=status]", "video", "meter"].map((one) => test.querySelector(one));
const LOUD_ENOUGH = 0.03;

async function begin() {
  button.disabled = true;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: test.dataset.video === "1" });
    if (stream.getVideoTracks().length) {
      picture.srcObject = stream;
      picture.hidden = false;
      await picture.play();
    }
    listen(stream);
  } catch (fault) {
    said.textContent = fault.name === "NotAllowedError" ? test.dataset.refused : test.dataset.none;
    button.disabled = false;
  }
}

function listen(stream) {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(ear);
  const wave = new Float32Array(ear.fftSize);
  loud.closest("p").hidden = false;
  said.textContent = test.dataset.quiet;
  setInterval(() => {
    ear.getFloatTimeDomainData(wave);
    const level = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
    loud.value = Math.min(1, level * 5);
    if (level > LOUD_ENOUGH) said.textContent = test.dataset.video === "1" ? test.dataset.good : test.dataset.heard;
  }, 200);
}

test.hidden = false;
button.addEventListener("click", begin);
