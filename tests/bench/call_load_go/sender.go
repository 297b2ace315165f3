package main

import (
	"encoding/binary"
	"math/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// What a browser sends of 640x480 at 15 frames a second and 400 kbit/s, and of a voice at 32 kbit/s.
const (
	soundEvery   = 20 * time.Millisecond
	soundOctets  = 80
	frameEvery   = time.Second / 15
	framePackets = 3
	frameOctets  = 1112
)

// stream is one kind of what a page sends; its packets carry the moment at which they were sent.
type stream struct {
	kind    string
	track   *webrtc.TrackLocalStaticRTP
	every   time.Duration
	packets int
	octets  int
	step    uint32
	sent    atomic.Int64
	failed  atomic.Int64
	late    atomic.Int64
}

type sender struct {
	tracks  []*stream
	asked   atomic.Int64 // packets that the server asked for again (NACK, RFC 4585)
	frames  atomic.Int64 // pictures that it asked for (PLI, FIR)
	missed  atomic.Int64 // what the server's own reports say it has not received (RFC 3550, 6.4.1)
	reports atomic.Int64
}

func newSender(page *webrtc.PeerConnection, pictures bool) (*sender, error) {
	made := &sender{}
	sound := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	kinds := []*stream{{kind: "audio", every: soundEvery, packets: 1, octets: soundOctets, step: 960}}
	codecs := []webrtc.RTPCodecCapability{sound}
	if pictures {
		kinds = append(kinds, &stream{kind: "video", every: frameEvery, packets: framePackets, octets: frameOctets, step: 6000})
		codecs = append(codecs, webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000})
	}
	for number, one := range kinds {
		track, err := webrtc.NewTrackLocalStaticRTP(codecs[number], one.kind, "page")
		if err != nil {
			return nil, err
		}
		one.track = track
		way, err := page.AddTransceiverFromTrack(
			track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly},
		)
		if err != nil {
			return nil, err
		}
		made.tracks = append(made.tracks, one)
		go made.hear(way.Sender())
	}
	return made, nil
}

func (s *sender) hear(way *webrtc.RTPSender) {
	missed := int64(0)
	for {
		said, _, err := way.ReadRTCP()
		if err != nil {
			return
		}
		for _, one := range said {
			switch told := one.(type) {
			case *rtcp.TransportLayerNack:
				for _, pair := range told.Nacks {
					s.asked.Add(int64(len(pair.PacketList())))
				}
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				s.frames.Add(1)
			case *rtcp.ReceiverReport:
				for _, report := range told.Reports {
					s.reports.Add(1)
					s.missed.Add(int64(report.TotalLost) - missed)
					missed = int64(report.TotalLost)
				}
			}
		}
	}
}

func (s *sender) counts() map[string]int64 {
	found := map[string]int64{
		"asked_again": s.asked.Load(), "frames_asked": s.frames.Load(),
		"reports": s.reports.Load(), "reported_missing": s.missed.Load(),
	}
	for _, one := range s.tracks {
		found[one.kind] = one.sent.Load()
		found[one.kind+"_failed"] = one.failed.Load()
		found[one.kind+"_late_us"] = one.late.Load()
	}
	return found
}

// send sends until it is stopped. A turn that comes late is made up for: the number of packets is that of the time.
func (s *stream) send(wait time.Duration, stop <-chan struct{}, running *sync.WaitGroup) {
	defer running.Done()
	chance := rand.New(rand.NewSource(int64(wait)))
	number, stamp := uint16(chance.Intn(1<<16)), chance.Uint32()
	next := time.Now().Add(wait)
	for turn := 0; ; turn++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Until(next)):
		}
		if late := time.Since(next).Microseconds(); late > s.late.Load() {
			s.late.Store(late)
		}
		for packet := 0; packet < s.packets; packet++ {
			body := make([]byte, s.octets)
			chance.Read(body[12:])
			if s.kind == "video" {
				picture(body, turn%150 == 0, packet == 0)
			}
			binary.BigEndian.PutUint64(body[len(body)-8:], uint64(time.Now().UnixNano()))
			head := rtp.Header{Version: 2, SequenceNumber: number, Timestamp: stamp, Marker: packet == s.packets-1}
			if err := s.track.WriteRTP(&rtp.Packet{Header: head, Payload: body}); err != nil {
				s.failed.Add(1)
			} else {
				s.sent.Add(1)
			}
			number++
		}
		stamp += s.step
		next = next.Add(s.every)
	}
}

// picture writes the descriptor of VP8 (RFC 7741, 4.2) and, at the start of a whole frame, its header (RFC 6386, 9.1).
func picture(body []byte, whole, first bool) {
	if !first {
		return
	}
	body[0] = 0x10
	body[1] = 0x01
	if whole {
		copy(body[1:], []byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01})
	}
}
