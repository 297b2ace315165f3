// Command callload is many browsers of supervised calls at once, by pion, a WebRTC stack that is not the server's.
//
// It reads one JSON object a line and answers each with one. What a page would say to the service passes through whoever
// runs it: offers and answers come and go as whole session descriptions.
//
//	{"do":"offer","name":…,"pictures":…}  -> {"sdp":…}          a sender: sound, and a picture if told so
//	{"do":"accept","name":…,"sdp":…}      -> {}                 what the server answered to it
//	{"do":"answer","name":…,"sdp":…}      -> {"sdp":…}          a receiver, by the server's offer
//	{"do":"connected"}                    -> {"connected":n}    how many of them have keys and a way
//	{"do":"begin"}, {"do":"halt"}         -> {}                 all senders send; none does
//	{"do":"counts"}                       -> {"senders":…,"receivers":…}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type question struct {
	Do       string `json:"do"`
	Name     string `json:"name"`
	SDP      string `json:"sdp"`
	Pictures bool   `json:"pictures"`
}

func answer(load *load, asked question) (any, error) {
	switch asked.Do {
	case "offer":
		sdp, err := load.offer(asked.Name, asked.Pictures)
		return map[string]string{"sdp": sdp}, err
	case "accept":
		return map[string]string{}, load.accept(asked.Name, asked.SDP)
	case "answer":
		sdp, err := load.answer(asked.Name, asked.SDP)
		return map[string]string{"sdp": sdp}, err
	case "connected":
		return map[string]int{"connected": load.connected()}, nil
	case "begin":
		load.begin()
		return map[string]string{}, nil
	case "halt":
		load.halt()
		return map[string]string{}, nil
	case "counts":
		return load.counts(), nil
	}
	return nil, fmt.Errorf("no such act: %q", asked.Do)
}

func main() {
	load, err := newLoad()
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	say := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		found, err := answer(load, asked)
		if err != nil {
			found = map[string]string{"fault": err.Error()}
		}
		if err := say.Encode(found); err != nil {
			panic(err)
		}
	}
}
