package main

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/pion/webrtc/v3"
)

// heard is what came in of one stream, by its sequence numbers (RFC 3550, A.1).
type heard struct {
	seen    map[int64]bool
	first   int64
	highest int64
	twice   int64
	after   int64 // packets that came after a later one
	delays  []int32
}

type receiver struct {
	lock  sync.Mutex
	kinds map[string]*heard
}

func (r *receiver) listen(track *webrtc.TrackRemote) {
	kind := track.Kind().String()
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		now := time.Now().UnixNano()
		sent := int64(binary.BigEndian.Uint64(packet.Payload[len(packet.Payload)-8:]))
		r.lock.Lock()
		if r.kinds == nil {
			r.kinds = map[string]*heard{}
		}
		found := r.kinds[kind]
		if found == nil {
			found = &heard{seen: map[int64]bool{}, first: int64(packet.SequenceNumber), highest: int64(packet.SequenceNumber)}
			r.kinds[kind] = found
		}
		found.take(packet.SequenceNumber, (now-sent)/1000)
		r.lock.Unlock()
	}
}

func (h *heard) take(number uint16, microseconds int64) {
	whole := h.highest + int64(int16(number-uint16(h.highest)))
	if h.seen[whole] {
		h.twice++
		return
	}
	h.seen[whole] = true
	if whole < h.highest {
		h.after++
	} else {
		h.highest = whole
	}
	if whole < h.first {
		h.first = whole
	}
	h.delays = append(h.delays, int32(microseconds))
}

func (r *receiver) counts() any {
	r.lock.Lock()
	defer r.lock.Unlock()
	found := map[string]any{}
	for kind, one := range r.kinds {
		received := int64(len(one.seen))
		found[kind] = map[string]any{
			"received": received, "gaps": one.highest - one.first + 1 - received, "twice": one.twice,
			"after": one.after, "delays_us": one.delays,
		}
	}
	return found
}
