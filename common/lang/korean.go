package lang

import "sync"

// korean is the Korean catalog, in the terms of common/lecture/ko.md. A percent sign follows its number directly, and a
// whole sentence ends with a full stop. No particle that depends on a letter follows a %s.
var korean = sync.OnceValue(func() map[string]string {
	return map[string]string{
		// common/model, common/progress
		"Layer":                          "층",
		"Output shape":                   "출력 크기",
		"Parameters":                     "매개변수",
		"does not fit":                   "맞지 않음",
		"Parameters: %s\n":               "매개변수: %s개\n",
		"Trainable parameters: %s\n":     "학습할 매개변수: %s개\n",
		"Non-trainable parameters: %s\n": "학습하지 않을 매개변수: %s개\n",
		"Epoch %d/%d - %s - loss: %s":    "에포크 %d/%d - %s - 손실: %s",
		"Epoch %d/%d%s - loss: %s":       "에포크 %d/%d%s - 손실: %s",
		" - accuracy: %s":                " - 정확도: %s",
		" - val_loss: %s":                " - 검증 손실: %s",
		" - val_accuracy: %s":            " - 검증 정확도: %s",
		" - validating":                  " - 검증 중",

		// common/cli
		"wrote %s\n":       "저장: %s\n",
		"watch it at %s\n": "브라우저에서 보기: %s\n",
		"anyone who can reach this machine over the network can watch, pause, stop and restart it too\n": "네트워크로 이 컴퓨터에 접속할 수 있는 사람은 누구나 이 페이지를 보고 학습을 일시 정지하거나 중지하거나 다시 시작할 수 있습니다.\n",
		"done: the page stays at %s until you interrupt it (Ctrl-C)\n":                                   "완료: Ctrl-C를 누를 때까지 페이지를 볼 수 있습니다: %s\n",
		"failed: the page stays at %s until you interrupt it (Ctrl-C)\n":                                 "실패: Ctrl-C를 누를 때까지 페이지를 볼 수 있습니다: %s\n",
		"started again on the page: %s\n":                                                                "페이지에서 다시 시작했습니다: %s\n",
		"stopped: the loss has not fallen since epoch %d\n":                                              "조기 종료: 에포크 %d 이후로 손실이 줄지 않았습니다.\n",
		"the net has the weights of epoch %d, the best one\n":                                            "손실이 가장 작았던 에포크 %d의 가중치를 씁니다.\n",
		"%s: not measured: %v\n":                                                                         "%s: 측정하지 않는 지표: %v\n",
		"%v, %d more":                                                                                    "%v 외 %d개",
		"the run has steps at the CPU level %s: at %s the last bits may differ\n":                        "이 학습은 CPU 수준 %s에서 시작되었습니다. %s에서는 끝자리가 조금 다를 수 있습니다.\n",
		"%d ranks": "랭크 %d개",
		", all at the CPU level %v, the lowest of %s": ", 모두 CPU 수준 %v(%s 중 가장 낮은 것)",
		"test accuracy %.2f %%, loss %.4f\n":          "테스트 정확도 %.2f%%, 손실 %.4f\n",
		"not converged: want at least %.0f %%\n":      "수렴하지 않았습니다: %.0f%% 이상이어야 합니다.\n",
		"train on: %s\n":                              "더 학습하기: %s\n",

		// common/dataset
		"%d row":             "%d행",
		"%d rows":            "%d행",
		"%v; not used: %v":   "%v, 쓰지 않는 열: %v",
		"column %d (%s)":     "%d열(%s)",
		"%v, column %d (%s)": "%v, %d열(%s)",
		"%d picture":         "%d장",
		"%d pictures":        "%d장",
		"not MNIST's files":  "MNIST 파일이 아님",
		"%s: %v, %v to train on and %d to test with%v": "%s: %v, 학습용 %v, 테스트용 %d장%v",
		", %d classes":         ", 클래스 %d개",
		"%v labelled %d to %d": "%v(레이블 %d~%d)",
		"%v; turned upright":   "%v, 바로 세움",
		"%v; no test set%v: these %d are drawn for it": "%v, 테스트용 없음%v: %d장을 뽑아 씀",
		" (%s has no labels)":                          "(%s에 레이블 없음)",

		// common/show, common/study
		"no network.png: %v\n":                                  "network.png를 그리지 않습니다: %v\n",
		"layer %d (%s) is a %s, want Dense":                     "%d번째 층(%s)이 Dense가 아니라 %s입니다.",
		"layer %d (%s) has an input of %v, want one axis":       "%d번째 층(%s)의 입력 크기가 %v입니다. 축이 하나여야 합니다.",
		"all %d test digits are right: no wrong ones to draw\n": "테스트 이미지 %d장을 모두 맞혔습니다. 틀린 이미지가 없어 그리지 않습니다.\n",
		"wrong digits:%s\n":                                     "틀린 이미지의 인덱스:%s\n",
		"%d of %d test digits are wrong\n":                      "테스트 이미지 %[2]d장 중 %[1]d장을 틀렸습니다.\n",
		"%s: a number of %d digits, from left to right:%s\n":    "%s: %d자리 수, 왼쪽부터:%s\n",
		"%s, digit %d: %v\n":                                    "%s, %d번째 숫자: %v\n",
		"training loss after %d epochs, and the test rows that are right: median (range) over %d seeds\n": "%d 에포크 뒤의 학습 손실과 맞힌 테스트 데이터 수: 시드 %d개의 중앙값(범위)\n",
		"%-14s rate %-6g %9.4g (%.4g to %.4g)   %d (%d to %d) of %d\n":                                    "%-14s 학습률 %-6g %9.4g (%.4g~%.4g)   %[9]d개 중 %[6]d개 (%[7]d~%[8]d)\n",
		"SGD, momentum": "SGD 모멘텀",
		"SGD, Nesterov": "SGD 네스테로프",

		// linreg
		"Weight":                               "몸무게",
		"Age":                                  "나이",
		"Blood fat":                            "혈중지방량",
		"and %d more\n":                        "외 %d명\n",
		"%g kg and %g years: blood fat %.1f\n": "%g kg, %g세: 혈중 지방량 %.1f\n",
		"%-14s W = (%.4f, %.4f)  b = %.4f  mse %.3f\n": "%-14s W = (%.4f, %.4f)  b = %.4f  평균 제곱 오차 %.3f\n",
		"learned":       "학습 결과",
		"least squares": "최소제곱법",
		"the net is no plane: there are no model.png and way.png of it\n": "이 신경망은 평면이 아니므로 model.png와 way.png를 그리지 않습니다.\n",
		"converged: %.4f %% above least squares\n":                        "수렴했습니다: 손실이 최소제곱법보다 %.4f%% 큽니다.\n",
		"not converged: %.2f %% above least squares\n":                    "수렴하지 않았습니다: 손실이 최소제곱법보다 %.2f%% 큽니다.\n",
		"train longer: %s\n": "더 오래 학습하기: %s\n",

		// xor
		"%v xor %v = %v, predicted %.4f\n":                                            "%v xor %v = %v, 예측 %.4f\n",
		"solved: all four answers are on the right side of 1/2\n":                     "풀렸습니다: 네 답이 모두 1/2을 기준으로 올바른 쪽에 있습니다.\n",
		"not solved: with these settings the weights move less than in the lecture\n": "풀리지 않았습니다: 이 설정에서는 가중치가 강의에서보다 적게 움직입니다.\n",
		"train as it does: %s\n":                                                      "강의와 같은 설정으로 학습하기: %s\n",
		"not solved: from these first weights training ends with wrong answers\n":     "풀리지 않았습니다: 이 초기 가중치에서는 틀린 답으로 학습이 끝납니다.\n",
		"try other first weights: %s\n":                                               "다른 초기 가중치로 학습하기: %s\n",
		"seed %d: not solved, loss %.4f\n":                                            "시드 %d: 풀리지 않음, 손실 %.4f\n",
		"%d of %d seeds solve it\n":                                                   "시드 %[2]d개 중 %[1]d개에서 풀렸습니다.\n",

		// iris
		"sepal length": "꽃받침 길이",
		"sepal width":  "꽃받침 너비",
		"petal length": "꽃잎 길이",
		"petal width":  "꽃잎 너비",
		"species":      "품종",
		"one-hot row":  "원-핫 인코딩",
		"%d flowers to train on, %d to test with\n":               "학습용 %d송이, 테스트용 %d송이\n",
		"%d of %d test flowers right, loss %.4f\n":                "테스트용 %[2]d송이 중 %[1]d송이를 맞혔습니다. 손실 %.4[3]f\n",
		"not converged: want at least %.0f %% right\n":            "수렴하지 않았습니다: %.0f%% 이상 맞혀야 합니다.\n",
		"test flowers right   nets of %d\n":                       "  맞힌 테스트용 꽃   신경망 %d개 중\n",
		"mean absolute gradient of each layer's kernel %v\nlayer": "층별 가중치에 대한 기울기의 평균 크기, %v\n   층",
		"at the first step":                                       "첫 스텝",
		"after %d epochs":                                         "%d 에포크 뒤",

		// mnistmlp
		"pixels 0 to 1":                    "픽셀 0~1",
		"pixels 0 to 255":                  "픽셀 0~255",
		"%5s   %22s   %22s\nepoch":         "에포크%[1]s  %22[2]s   %22[3]s\n     ",
		"   val_loss  val_accuracy":        "  검증 손실   검증 정확도",
		"after the last epoch":             "마지막 에포크 뒤",
		"mean size of a logit":             "로짓의 평균 크기",
		"wrong digits":                     "틀린 이미지 수",
		"mean gap of a wrong digit":        "틀린 이미지의 평균 차이",
		"wrong digits · mean gap / digits": "틀린 수 · 평균 차이 / 전체 수",
		`
ReLU(255·v) = 255·ReLU(v): but for the biases, pixels 255 times as large make logits 255 times as large.
The largest logit stays the largest: %d of %d answers are the same, so the accuracy hardly moves.
The softmax of such logits is 0 or 1: a right digit costs nothing, a wrong one its gap, from the largest logit
to that of its label. The gap grows as the logits do, and is nearly all of the loss.
`: `
ReLU(255·v) = 255·ReLU(v)이므로, 편향을 빼고 보면 픽셀이 255배일 때 로짓도 255배가 됩니다.
가장 큰 로짓은 그대로 가장 큽니다. 답 %[2]d개 중 %[1]d개가 같으므로 정확도는 거의 변하지 않습니다.
이런 로짓의 소프트맥스는 0이나 1입니다. 맞힌 이미지의 손실은 0이고, 틀린 이미지의 손실은 가장 큰 로짓과
정답 로짓의 차이입니다. 이 차이는 로짓과 함께 커지며, 손실의 거의 전부입니다.
`,

		// scratch
		"1. Forward pass of one layer with random weights (seed %d)\n\n": "1. 순전파: 무작위 가중치를 가진 층 하나(시드 %d)\n\n",
		"\n2. Delta rule, one layer: δ = y(1-y)(d-y)\n" +
			"   The lecture calls the target 0 0 1 1 AND; it is the first input. AND is 0 0 0 1.\n\n": "\n2. 델타 규칙, 층 하나: δ = y(1-y)(d-y)\n" +
			"   강의에서 AND라고 부르는 정답 0 0 1 1은 사실 첫 번째 입력과 같습니다. 진짜 AND는 0 0 0 1입니다.\n\n",
		"3. The same layer on XOR: it fails\n\n":                               "3. 같은 층으로 XOR를 학습하면 실패합니다\n\n",
		"4. Back-propagation, a hidden layer of %d: δ1 = y1(1-y1)∘W2ᵀδ\n\n":    "4. 역전파, 은닉 뉴런 %d개: δ1 = y1(1-y1)∘W2ᵀδ\n\n",
		"5. Cross-entropy, the same net and weights at the start: δ = d-y\n\n": "5. 교차 엔트로피, 같은 신경망과 같은 초기 가중치: δ = d-y\n\n",
		"6. Squared error against cross-entropy on XOR\n\n":                    "6. XOR에서 제곱 오차와 교차 엔트로피 비교\n\n",
		`   One layer draws one straight line: y > ½ on one side of W·x = 0. No line has (0,1) and (1,0) on
   one side and (0,0) and (1,1) on the other, so the best it can do is to answer about ½. A second
   layer could, but the delta rule needs e = d - y for each neuron, and nobody says what a hidden
   neuron's d is. Back-propagation computes its error from the errors of the next layer.
`: `   한 층은 직선 하나를 긋습니다. 직선 W·x = 0의 한쪽에서 y > ½입니다. (0,1)과 (1,0)을 한쪽에, (0,0)과 (1,1)을
   다른 쪽에 두는 직선은 없으므로, 어느 입력에나 ½에 가까운 값을 내는 것이 최선입니다. 층을 하나 더 두면 되지만,
   델타 규칙에는 뉴런마다 오차 e = d - y가 필요한데 은닉 뉴런의 정답 d는 아무도 모릅니다. 역전파는 은닉 뉴런의
   오차를 다음 층의 오차에서 계산합니다.
`,
		`
   That these updates are -α times the gradient that Gorgonia finds by itself:
   go test -v ./scratch -run Autodiff
`: `
   이 갱신이 Gorgonia가 스스로 구한 기울기의 -α배와 같은지 확인하기:
   go test -v ./scratch -run Autodiff
`,
		"first input":    "첫 번째 입력",
		"wanted d":       "정답 d",
		"lecture":        "강의",
		"ours, epoch %d": "이 프로그램, 에포크 %d",
		"squared error":  "제곱 오차",
		"delta rule":     "델타 규칙",
		"cross-entropy":  "교차 엔트로피",
		"   %s is not solved: the output for %v is %s, wanted %g.\n": "   %s: 풀리지 않았습니다. 입력 %v의 출력은 %s, 정답은 %g입니다.\n",
		"   Try more epochs: %s\n\n":                                 "   더 오래 학습하기: %s\n\n",
		"   Try other weights: %s\n\n":                               "   다른 초기 가중치로 학습하기: %s\n\n",
		"mean (d-y)² at end":                                         "마지막 (d-y)² 평균",
		"epochs until < %g":                                          "%g 미만이 된 에포크",
		"not reached":                                                "도달하지 못함",
		"XOR from the first weights of seeds %d to %d, %d epochs at -lr %g\n\n": "시드 %d~%d의 초기 가중치로 XOR 학습, %d 에포크, -lr %g\n\n",
		"all four within 0.5": "네 오차 모두 0.5 미만",
		"all four within 0.1": "네 오차 모두 0.1 미만",
		"\nmean (d-y)²: cross-entropy ends closer from %d of %d seeds\n":                                         "\n(d-y)² 평균: 시드 %[2]d개 중 %[1]d개에서 교차 엔트로피가 정답에 더 가깝습니다.\n",
		"both within 0.1: %d seeds; of these cross-entropy ends closer from %d, and is below %g first from %d\n": "둘 다 0.1 미만인 시드 %d개 중 교차 엔트로피가 더 가까운 것은 %d개, %g 아래로 먼저 내려간 것은 %d개입니다.\n",
		"median of the first epochs below %g: %d with the squared error, %d with cross-entropy\n":                "처음으로 %g 아래로 내려간 에포크의 중앙값: 제곱 오차 %d, 교차 엔트로피 %d\n",
		"not within 0.5: %d nets; in %d of them all hidden neurons are off for the input that fails\n":           "0.5 미만이 되지 못한 신경망 %d개 중 %d개는 틀린 입력에서 은닉 뉴런이 모두 꺼져 있습니다.\n",
		"One sample of XOR through the net, seed %d, α = %g":                                                     "신경망을 지나는 XOR 샘플 하나, 시드 %d, α = %g",
		"Forward":                         "순전파",
		"Back, squared error J = ½(d-y)²": "역전파, 제곱 오차 J = ½(d-y)²",
		"Back, cross-entropy J = -d·ln y - (1-d)·ln(1-y)": "역전파, 교차 엔트로피 J = -d·ln y - (1-d)·ln(1-y)",
		"y with these weights":                            "고친 가중치의 y",

		// -h: common/cli
		"usage: go run ./%s [flags]\n": "사용법: go run ./%s [옵션]\n",
		"usage: go run ./%s [flags]\n       go run ./%s -load FILE -predict %s ...\n": "사용법: go run ./%s [옵션]\n        go run ./%s -load FILE -predict %s ...\n",
		"\ncommon flags\n": "\n공통 옵션\n",
		"\nflags of %s\n":  "\n%s의 옵션\n",
		" (default %s)":    " (기본값 %s)",
		" or ":             " 또는 ",
		"one rank on each, with all its threads, which share each batch of N rows:\nmpirun --hostfile FILE --bind-to none ./%s -batch N\n": "컴퓨터마다 모든 스레드를 쓰는 랭크 하나씩, 데이터 N개짜리 배치를 나누어 학습:\nmpirun --hostfile FILE --bind-to none ./%s -batch N\n",
		"\nseveral machines: %s": "\n여러 컴퓨터에서: %s",
		"\nseveral machines: not in this build; with Open MPI and a C compiler\ngo build -tags mpi ./%s, then %s":       "\n여러 컴퓨터에서: 지금 빌드에는 없음. Open MPI와 C 컴파일러가 있으면\ngo build -tags mpi ./%s 다음에 %s",
		"train for `N` passes over the training rows":                                                                   "학습 데이터 전체를 `N`번 학습",
		"update the weights after every `N` rows":                                                                       "데이터 `N`개마다 가중치를 갱신",
		"learning rate `X` of the optimizer":                                                                            "옵티마이저의 학습률 `X`",
		"number `N` that fixes weights":                                                                                 "초기 가중치를 정하는 수 `N`",
		"number `N` that fixes weights, order of rows and dropout, as keras.utils.set_random_seed does":                 "초기 가중치, 데이터 순서, 드롭아웃을 정하는 수 `N`. keras.utils.set_random_seed와 같음",
		"write the run's files into folder `DIR`":                                                                       "결과 파일을 폴더 `DIR`에 저장",
		"print nothing but errors":                                                                                      "오류만 출력",
		"print in `ko|en`, Korean or English; errors and pictures are English (default by LC_ALL, LC_MESSAGES or LANG)": "`ko|en`, 한국어 또는 영어로 출력. 오류와 그림은 영어 (기본값은 LC_ALL, LC_MESSAGES, LANG에 따름)",
		"draw no pictures":                          "그림을 그리지 않음",
		"draw each picture as .svg beside the .png": "그림을 .png와 함께 .svg로도 저장",
		"continue with the net in `FILE`, an .h5 or .keras file of ours or of Keras":                                                "`FILE`에 저장된 신경망으로 계속. 이 프로그램이나 Keras로 저장한 .h5 또는 .keras 파일",
		"save the net in `FILE` as Keras does, as .h5 or .keras":                                                                    "신경망을 Keras처럼 .h5 또는 .keras 파일 `FILE`에 저장",
		"save the net in `FILE` as Keras does, as .h5 or .keras (default %s in -out)":                                               "신경망을 Keras처럼 .h5 또는 .keras 파일 `FILE`에 저장 (기본값 -out의 %s)",
		"write the net's graph and its layers in `FILE`, a .dot file for Graphviz":                                                  "신경망의 그래프와 층을 Graphviz용 .dot 파일 `FILE`에 저장",
		"start the optimizer `NAME` afresh, at -lr or else at Keras' rate for it: %s":                                               "옵티마이저 `NAME`으로 새로 시작. 학습률은 -lr 또는 Keras의 기본값: %s",
		"let the learning rate grow with the batch: `none|linear`, by -batch over the program's own (default none)":                 "배치에 비례하여 학습률을 키움: `none|linear`, -batch를 기본 배치 크기로 나눈 배수 (기본값 none)",
		"raise the learning rate from -lr to that of -lr-scale over the first `N` epochs (default 0)":                               "처음 `N` 에포크 동안 학습률을 -lr에서 -lr-scale의 값까지 올림 (기본값 0)",
		"keep the run in `FILE` while it trains, an .h5 that -resume and Keras take":                                                "학습하는 동안 상태를 `FILE`에 저장, -resume과 Keras가 읽는 .h5 파일",
		"write it within long epochs too, every `TIME`; 0: only after epochs (default 10m)":                                         "긴 에포크 중에도 `TIME`마다 저장, 0은 에포크가 끝날 때만 (기본값 10m)",
		"resume the run in `FILE`, with its flags, as if it had not been interrupted":                                               "`FILE`에 저장된 학습을 같은 옵션으로, 중단되지 않은 것처럼 이어서 진행",
		"end with the weights of the `last|best` epoch; best: of the lowest loss, on the validation if there is one (default last)": "`last|best` 에포크의 가중치로 끝냄. best는 손실이 가장 작은 에포크, 검증이 있으면 검증 손실 (기본값 last)",
		"stop when that loss has not fallen in `N` epochs (default 0, never)":                                                       "그 손실이 `N` 에포크 동안 줄지 않으면 조기 종료 (기본값 0, 하지 않음)",
		"train in another order in each epoch, as Keras 2 does; Keras 3 keeps the first":                                            "Keras 2처럼 에포크마다 데이터를 다시 섞음. Keras 3은 처음 순서를 그대로 씀",
		"look for numbers that are not finite in each layer of each step":                                                           "스텝마다 모든 층에서 유한하지 않은 수를 찾음",
		"show the run, and the net to try, on a page at -live-addr, until interrupted":                                              "학습 과정과 시험해 볼 신경망을 -live-addr의 페이지에 중단할 때까지 보여 줌",
		"serve the page of -live at `HOST:PORT`; port 0: any that is free":                                                          "-live 페이지의 주소 `HOST:PORT`, 포트 0은 비어 있는 아무 포트",
		"predict with the net of -load for each %s after the flags, and do nothing else":                                            "옵션 뒤에 적은 입력(예: %s)마다 -load의 신경망으로 예측만 함",
		"print the predictions as JSON": "예측을 JSON으로 출력",
		"read the pictures from `PATH`: a folder of IDX files, or a CSV file of labels and 784 pixels (default MNIST in the Go module cache)": "이미지를 `PATH`에서 읽음: IDX 파일의 폴더, 또는 레이블과 픽셀 784개의 CSV 파일 (기본값 Go 모듈 캐시의 MNIST)",
		"name the classes by `NAMES`: a,b,c, or a file with a name in each line, or EMNIST's mapping":                                         "클래스의 이름 `NAMES`: a,b,c 또는 한 줄에 이름 하나인 파일, 또는 EMNIST의 mapping 파일",
		"use the first `N` digits to train and the first N to test (default 0, all)":                                                          "학습과 테스트에 처음 `N`장씩만 사용 (기본값 0, 모두)",
		"read the digits of -data from disk while training: uncompressed IDX files of any number of digits":                                   "학습하면서 -data의 이미지를 디스크에서 읽음: 압축하지 않은 IDX 파일, 개수 제한 없음",
		"do the study `NAME` instead: %s": "학습 대신 비교 실험 `NAME`: %s",

		// -h: the programs
		"fits a plane through 25 people: blood fat from weight and age.":                                               "25명의 몸무게와 나이에서 혈중 지방량을 예측하는 평면을 학습합니다.",
		"trains two layers on the exclusive or, which one layer cannot learn.":                                         "한 층으로는 배울 수 없는 XOR를 두 층으로 학습합니다.",
		"tells three species of iris by the lengths of their sepals and petals.":                                       "꽃받침과 꽃잎의 크기로 붓꽃의 세 품종을 구분합니다.",
		"trains a multilayer perceptron to read handwritten digits.":                                                   "손으로 쓴 숫자를 인식하는 다층 퍼셉트론을 학습합니다.",
		"trains a convolutional network to read handwritten digits.":                                                   "손으로 쓴 숫자를 인식하는 합성곱 신경망을 학습합니다.",
		"trains the lecture's nets in plain slices: delta rule, back-propagation, cross-entropy.":                      "강의의 신경망을 배열만으로 학습합니다: 델타 규칙, 역전파, 교차 엔트로피.",
		"train the same net in stock Gorgonia, without layers (see plain.go)":                                          "같은 신경망을 층 없이 Gorgonia만으로 학습 (plain.go)",
		"put `N` neurons in the hidden layer":                                                                          "은닉층의 뉴런 수 `N`",
		"put `N` neurons in each of the three hidden layers":                                                           "은닉층 세 개 각각의 뉴런 수 `N`",
		"compare nets of these numbers of hidden `LAYERS` in -study vanishing":                                         "-study vanishing에서 비교할 은닉층 수 `LAYERS`",
		"train from `N` seeds in -study optimizers (default 5) and -study seeds (default 100)":                         "-study optimizers (기본값 5)와 -study seeds (기본값 100)의 시드 수 `N`",
		"read the flowers from this CSV `FILE`: columns sepal_length, sepal_width, petal_length, petal_width, species": "붓꽃 데이터를 CSV 파일 `FILE`에서 읽음: 열은 sepal_length, sepal_width, petal_length, petal_width, species",
		"read the people from this CSV `FILE`: columns weight, age, bloodfat":                                          "사람들의 데이터를 CSV 파일 `FILE`에서 읽음: 열은 weight, age, bloodfat",
		"predict for a person of this weight, in `KG`":                                                                 "예측할 사람의 몸무게 `KG`",
		"predict for a person of this age, in `YEARS`":                                                                 "예측할 사람의 나이 `YEARS`",
		"see the 3-D pictures from `DEGREES` above":                                                                    "3차원 그림의 고도 `DEGREES`",
		"rotate the 3-D pictures by `DEGREES`":                                                                         "3차원 그림의 방위각 `DEGREES`",
		"train the linear baseline instead: no hidden layer":                                                           "은닉층이 없는 선형 모델을 대신 학습",
		"only print one sample forward and back, with every number":                                                    "샘플 하나의 순전파와 역전파를 모든 숫자와 함께 출력만 함",
		"train from `N` seeds in -study seeds":                                                                         "-study seeds의 시드 수 `N`",
	}
})
