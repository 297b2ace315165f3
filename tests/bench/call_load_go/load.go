package main

import (
	"os"
	"sync"
	"time"

	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v3"
)

// load is every connection of every page. Nothing is sent again: no receiver asks for a lost packet, so what is counted
// as lost was lost once.
type load struct {
	api       *webrtc.API
	lock      sync.Mutex
	pages     map[string]*webrtc.PeerConnection
	senders   map[string]*sender
	receivers map[string]*receiver
	stop      chan struct{}
	running   sync.WaitGroup
}

func newLoad() (*load, error) {
	media, registry := &webrtc.MediaEngine{}, &interceptor.Registry{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureRTCPReports(registry); err != nil {
		return nil, err
	}
	words := logging.NewDefaultLoggerFactory()
	words.Writer = os.Stderr
	settings := webrtc.SettingEngine{LoggerFactory: words}
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	// A machine at its limit is slow to answer, and nobody has hung up.
	settings.SetICETimeouts(20*time.Second, 60*time.Second, 2*time.Second)
	return &load{
		api: webrtc.NewAPI(
			webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(settings),
		),
		pages:     map[string]*webrtc.PeerConnection{},
		senders:   map[string]*sender{},
		receivers: map[string]*receiver{},
	}, nil
}

func (l *load) page(name string) (*webrtc.PeerConnection, error) {
	made, err := l.api.NewPeerConnection(webrtc.Configuration{})
	if err == nil {
		l.lock.Lock()
		l.pages[name] = made
		l.lock.Unlock()
	}
	return made, err
}

// whole is the description of a connection with every candidate in it.
func whole(page *webrtc.PeerConnection, said webrtc.SessionDescription) (string, error) {
	gathered := webrtc.GatheringCompletePromise(page)
	if err := page.SetLocalDescription(said); err != nil {
		return "", err
	}
	<-gathered
	return page.LocalDescription().SDP, nil
}

func (l *load) offer(name string, pictures bool) (string, error) {
	page, err := l.page(name)
	if err != nil {
		return "", err
	}
	made, err := newSender(page, pictures)
	if err != nil {
		return "", err
	}
	l.lock.Lock()
	l.senders[name] = made
	l.lock.Unlock()
	said, err := page.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	return whole(page, said)
}

func (l *load) accept(name, sdp string) error {
	return l.pages[name].SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp})
}

func (l *load) answer(name, sdp string) (string, error) {
	page, err := l.page(name)
	if err != nil {
		return "", err
	}
	made := &receiver{}
	l.lock.Lock()
	l.receivers[name] = made
	l.lock.Unlock()
	page.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { made.listen(track) })
	if err := page.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: sdp}); err != nil {
		return "", err
	}
	said, err := page.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	return whole(page, said)
}

func (l *load) connected() int {
	found := 0
	for _, page := range l.pages {
		if page.ConnectionState() == webrtc.PeerConnectionStateConnected {
			found++
		}
	}
	return found
}

// begin lets every sender send, each in its own time: pages do not know of each other.
func (l *load) begin() {
	l.stop = make(chan struct{})
	apart := 20 * time.Millisecond / time.Duration(len(l.senders)+1)
	late := time.Duration(0)
	for _, one := range l.senders {
		l.running.Add(len(one.tracks))
		for _, track := range one.tracks {
			go track.send(late, l.stop, &l.running)
		}
		late += apart
	}
}

func (l *load) halt() {
	close(l.stop)
	l.running.Wait()
}

func (l *load) counts() any {
	sent, received := map[string]any{}, map[string]any{}
	for name, one := range l.senders {
		sent[name] = one.counts()
	}
	for name, one := range l.receivers {
		received[name] = one.counts()
	}
	return map[string]any{"senders": sent, "receivers": received}
}
