// Runs the rooms of calls on a page (templates/shared/call_room.html): asks the service who may be seen, sends and receives
// by what it answers, and shows its sentences. The service decides and enforces; nothing here keeps a call alive past it.
// Plain ES2018, for old telephones.
(() => {
  "use strict";

  const EVERY = 1000;
  const PATIENCE = 10000;
  const GATHER = 2000;
  const VIDEO = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 20 } };

  function gathered(connection) {
    return new Promise((done) => {
      const enough = () => connection.iceGatheringState === "complete" && done();
      connection.addEventListener("icegatheringstatechange", enough);
      setTimeout(done, GATHER);
      enough();
    });
  }

  class Refused extends Error {
    constructor(code) {
      super(code);
      this.code = code;
    }
  }

  class Room {
    constructor(section) {
      this.section = section;
      this.officer = section.dataset.party === "supervisor";
      this.queue = Promise.resolve();
      this.received = {};
      this.known = null;
      this.round = 0;
      this.stop();
      section.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button) this.pressed(button);
      });
      setInterval(() => this.clock(), 250);
      if ("atOnce" in section.dataset) this.enter();
    }

    find(selector) {
      return this.section.querySelector(selector);
    }

    say(name, kind) {
      const words = this.find(`[data-${kind || "say"}="${name}"]`);
      const status = this.find("[data-status]");
      if (words && status.textContent !== words.textContent) status.textContent = words.textContent;
      this.section.dataset.state = name;
    }

    show(name, visible) {
      const button = this.find(`[data-do="${name}"]`);
      if (button) button.hidden = !visible;
    }

    // One question at a time: the room answers them in their order.
    ask(op, body) {
      const sent = this.queue.then(() => this.post(op, body || {}));
      this.queue = sent.catch(() => {});
      return sent;
    }

    async post(op, body) {
      const given = op === "join" ? {} : Object.assign({ seat: this.seat }, body);
      const ended = new AbortController();
      const patience = setTimeout(() => ended.abort(), PATIENCE);
      try {
        const answer = await fetch(`${this.section.dataset.room}/${op}`, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "Accept-Language": document.documentElement.lang,
            "X-Form-Token": this.section.dataset.token,
          },
          body: JSON.stringify(given),
          redirect: "manual",
          signal: ended.signal,
        });
        const kind = answer.headers.get("Content-Type") || "";
        if (!kind.includes("json")) throw new Refused("signed-out");
        const told = await answer.json();
        if (!answer.ok) throw new Refused(told.code);
        return told;
      } finally {
        clearTimeout(patience);
      }
    }

    pressed(button) {
      const what = button.dataset.do;
      if (what === "enter") this.enter();
      else if (what === "leave") this.leave();
      else if (what === "sound") this.sound();
      else this.turn(what, button);
    }

    turn(what, button) {
      const tracks = what === "camera" ? this.own.getVideoTracks() : this.own.getAudioTracks();
      const on = button.getAttribute("aria-pressed") !== "true";
      tracks.forEach((track) => { track.enabled = on; });
      button.setAttribute("aria-pressed", String(on));
    }

    async enter() {
      const round = (this.round += 1);
      this.show("enter", false);
      this.say("connecting");
      this.ended = false;
      try {
        const told = await this.ask("join");
        if (round !== this.round) return;
        this.seat = told.seat;
        this.ice = told.ice_servers;
        this.carried = told.carried;
        this.far = told.supplier ? new window.callSuppliers[told.supplier](this) : null;
        this.take(told);
        if (this.carried) await this.send(told.pictures);
        ["microphone", "camera", "leave"].forEach((name) => this.show(name, this.carried || name === "leave"));
        this.beat(round);
      } catch (fault) {
        if (round === this.round) this.failed(fault);
      }
    }

    failed(fault) {
      const code = fault instanceof Refused ? fault.code : fault.name;
      if (code === "conflict" || code === "call-over") this.over();
      else if (code === "NotAllowedError" || code === "SecurityError") this.close("refused");
      else if (code === "NotFoundError" || code === "NotReadableError" || code === "OverconstrainedError") this.close("none");
      else if (code === "signed-out" || code === "not-signed-in" || code === "not-found") this.close("signed-out");
      else if (code === "call-elsewhere") this.close("elsewhere");
      else {
        this.say("line");
        const round = this.round;
        setTimeout(() => { if (round === this.round) this.enter(); }, 2 * EVERY);
      }
    }

    // The call may have ended between two questions: whoever had a place in it reads why.
    async over() {
      const round = this.round;
      const told = this.seat ? await this.ask("ping").catch(() => null) : null;
      if (round !== this.round) return;
      if (told) this.take(told);
      if (!this.ended) this.close("not-open");
    }

    // What this page sends: a relative and a convict sound and picture, an officer a voice that is let through when it should.
    async send(pictures) {
      if (!this.own) {
        if (!this.officer) this.say("asking");
        this.own = await this.devices(pictures);
        const preview = this.find("[data-own]");
        if (preview) preview.srcObject = new MediaStream(this.own.getVideoTracks());
      }
      if (this.far) return; // the supplier's own room takes them (call_livekit.js)
      if (this.sending) this.sending.close();
      const tracks = this.own.getAudioTracks().concat(this.own.getVideoTracks());
      if (!tracks.length) {
        await this.ask("publish");
        return;
      }
      const connection = (this.sending = new RTCPeerConnection({ iceServers: this.ice }));
      tracks.forEach((track) => {
        const sends = { direction: "sendonly", streams: [this.own] };
        if (track.kind === "video") sends.sendEncodings = [{ maxBitrate: 400000 }];
        connection.addTransceiver(track, sends);
      });
      connection.addEventListener("connectionstatechange", () => {
        if (connection.connectionState === "failed" && connection === this.sending) this.again = true;
      });
      await connection.setLocalDescription(await connection.createOffer());
      await gathered(connection);
      const told = await this.ask("publish", { sdp: connection.localDescription.sdp });
      if (told.sdp) await connection.setRemoteDescription({ type: "answer", sdp: told.sdp });
      else this.again = true;
    }

    async devices(pictures) {
      if (!this.officer) return navigator.mediaDevices.getUserMedia({ audio: true, video: pictures && VIDEO });
      try {
        return await navigator.mediaDevices.getUserMedia({ audio: true });
      } catch (fault) {
        return new MediaStream(); // watching needs no microphone
      }
    }

    async receive(party, number) {
      const told = await this.ask("subscribe", { party });
      if (!told.sdp) return;
      const connection = new RTCPeerConnection({ iceServers: this.ice });
      this.received[party] = { number, connection };
      const video = this.find(`[data-of="${party}"]`);
      const stream = new MediaStream();
      connection.addEventListener("track", (event) => {
        stream.addTrack(event.track);
        if (video.srcObject !== stream) video.srcObject = stream;
        this.play(video);
      });
      connection.addEventListener("connectionstatechange", () => {
        if (connection.connectionState === "failed") this.drop(party, connection);
      });
      await connection.setRemoteDescription({ type: "offer", sdp: told.sdp });
      await connection.setLocalDescription(await connection.createAnswer());
      await gathered(connection);
      await this.ask("answer", { subscription: told.subscription, sdp: connection.localDescription.sdp });
    }

    play(video) {
      const playing = video.play();
      if (playing) playing.catch(() => { if (video.srcObject) this.show("sound", true); });
    }

    sound() {
      this.show("sound", false);
      this.section.querySelectorAll("[data-of]").forEach((video) => { if (video.srcObject) this.play(video); });
    }

    drop(party, connection) {
      const now = this.received[party];
      if (!now || (connection && now.connection !== connection)) return;
      now.connection.close();
      delete this.received[party];
      this.find(`[data-of="${party}"]`).srcObject = null;
    }

    // One track of somebody who sends to a supplier's room; null takes away what there was of that kind.
    shown(party, kind, track) {
      const video = this.find(`[data-of="${party}"]`);
      if (!video) return;
      const stream = video.srcObject || new MediaStream();
      stream.getTracks().filter((one) => one.kind === kind).forEach((one) => stream.removeTrack(one));
      if (track) stream.addTrack(track);
      video.srcObject = stream.getTracks().length ? stream : null;
      if (track) this.play(video);
    }

    async beat(round) {
      while (round === this.round) {
        try {
          const told = await this.ask("ping", this.known ? { since: this.known } : {});
          if (round !== this.round) return;
          this.take(told);
          if (this.ended) return;
          if (told.seat === "") {
            this.enter();
            return;
          }
          await this.follow(told);
        } catch (fault) {
          if (round !== this.round) return;
          if (fault instanceof Refused && fault.code !== "call-not-now" && fault.code !== "unavailable") {
            this.failed(fault);
            return;
          }
          if (!(fault instanceof Refused)) this.say("line");
        }
        await new Promise((done) => setTimeout(done, EVERY));
      }
    }

    async follow(told) {
      if (!this.carried) return;
      if (this.far) {
        await this.far.follow(told);
        return;
      }
      if (told.media === false || this.again) {
        this.again = false;
        Object.keys(this.received).forEach((party) => this.drop(party));
        await this.send(told.pictures);
        return;
      }
      if (told.media === null) return;
      const wanted = this.section.dataset.see.split(" ");
      Object.keys(this.received).forEach((party) => {
        if (told.peers[party] !== this.received[party].number) this.drop(party);
      });
      for (const party of wanted) {
        if (told.peers[party] && !this.received[party]) await this.receive(party, told.peers[party]);
      }
    }

    // What the service says of the call becomes what the page shows.
    take(told) {
      this.ends = told.hard_end_at && performance.now() + (Date.parse(told.hard_end_at) - Date.parse(told.now));
      if (["ended", "no_show", "cancelled"].includes(told.state)) {
        this.close(told.ended_code || "ended", told.ended_code && "end-of");
        return;
      }
      this.section.dataset.live = String(told.live);
      if (!this.carried) this.say(told.telephone ? "telephone" : "not-carried");
      else if (this.far && this.far.failing) this.say("line");
      else if (told.voice && !this.officer) this.say("voice");
      else if (told.muted === this.section.dataset.party) this.say("muted");
      else this.say(told.state);
      this.find("[data-recording]").hidden = !told.recording;
      const newest = told.warnings[told.warnings.length - 1];
      if (newest) {
        this.known = newest.at;
        this.warn(newest.code);
      }
    }

    warn(code) {
      const words = this.find(`[data-warning-of="${code}"]`);
      const place = this.find("[data-warning]");
      if (!words) return;
      place.textContent = words.textContent;
      place.hidden = false;
      clearTimeout(this.warned);
      this.warned = setTimeout(() => { place.hidden = true; }, 20000);
    }

    clock() {
      const shown = Boolean(this.ends) && !this.ended;
      this.find("[data-clock]").hidden = !shown;
      if (!shown) return;
      const seconds = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
      this.find("[data-end]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds === 0) this.close("limit");
    }

    leave() {
      this.ask("leave").catch(() => {});
      this.close("left");
    }

    stop() {
      if (this.far) this.far.stop();
      this.far = null;
      if (this.sending) this.sending.close();
      Object.keys(this.received).forEach((party) => this.drop(party));
      if (this.own) this.own.getTracks().forEach((track) => track.stop());
      const preview = this.find("[data-own]");
      if (preview) preview.srcObject = null;
      this.sending = this.own = this.seat = this.ends = null;
      this.again = false;
    }

    close(name, kind) {
      this.round += 1;
      this.ended = true;
      this.stop();
      this.say(name, kind);
      ["microphone", "camera", "leave", "sound"].forEach((one) => this.show(one, false));
      this.show("enter", kind !== "end-of" && name !== "limit" && name !== "signed-out");
    }
  }

  document.querySelectorAll(".call-room").forEach((section) => new Room(section));
})();
