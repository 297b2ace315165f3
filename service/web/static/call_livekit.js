// A call in a room at a LiveKit server (KEZDESU_CALLS=livekit): call.js asks the service as ever, and this enters the room
// with the ticket that the service gives. What may be sent and received there the server holds to; the service tells it.
(() => {
  "use strict";

  const WAIT = 4000;
  const { Room, RoomEvent, Track } = window.LivekitClient;

  class Far {
    constructor(page) {
      this.page = page;
      this.room = null;
      this.quiet = 0;
      this.failing = false;
    }

    // Once a second while the page is in the call.
    async follow() {
      if (!this.room) {
        if (performance.now() < this.quiet) return;
        await this.enter();
      }
      if (this.room) await this.send(this.room);
    }

    async enter() {
      const { ticket } = await this.page.ask("ticket");
      const room = new Room();
      room.on(RoomEvent.TrackSubscribed, (track, publication, who) => this.shown(who, track.kind, track.mediaStreamTrack));
      room.on(RoomEvent.TrackUnsubscribed, (track, publication, who) => this.shown(who, track.kind, null));
      room.on(RoomEvent.Disconnected, () => { if (this.room === room) this.room = null; });
      try {
        await room.connect(ticket.url, ticket.token, { maxRetries: 1 });
        this.failing = false;
        if (this.page.far === this) this.room = room;
        else room.disconnect();
      } catch (fault) {
        this.quiet = performance.now() + WAIT;
        this.failing = true;
        this.page.say("line");
      }
    }

    shown(who, kind, track) {
      this.page.shown(who.identity.split(".")[0], kind, track);
    }

    // A track that the server has taken away, because its side was muted, is sent again as soon as it may be.
    async send(room) {
      const may = room.localParticipant.permissions;
      if (!may || !may.canPublish || !this.page.own) return;
      for (const track of this.page.own.getTracks()) {
        const source = track.kind === "audio" ? Track.Source.Microphone : Track.Source.Camera;
        const allowed = may.canPublishSources;
        const fits = !allowed || !allowed.length || allowed.includes(Track.sourceToProto ? Track.sourceToProto(source) : source);
        if (!fits || room.localParticipant.getTrackPublication(source)) continue;
        try {
          await room.localParticipant.publishTrack(track, { source, simulcast: false, stopMicTrackOnMute: false });
        } catch (fault) {
          return; // not allowed any more; the next second looks again
        }
      }
    }

    stop() {
      if (this.room) this.room.disconnect(false); // the tracks are the page's own
      this.room = null;
    }
  }

  window.callSuppliers = { livekit: Far };
})();
