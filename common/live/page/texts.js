// The page's texts in two languages. The English text is the key; {0}, {1} stand for values.

const korean = {
  "Try the model": "모델 써 보기",
  "waiting for the program": "프로그램을 기다리는 중",
  "Language": "언어",
  "Training": "학습",
  "Pause": "일시 정지",
  "Resume": "계속",
  "Stop and save": "멈추고 저장",
  "share of the training that is done": "학습 진행률",
  "Epoch": "에포크",
  "Batch": "배치",
  "Time left": "남은 시간",
  "Loss": "손실",
  "Accuracy": "정확도",
  "Validation loss": "검증 손실",
  "Validation accuracy": "검증 정확도",
  "Speed": "속도",
  "Start again": "다시 시작",
  "The curves appear here with the first values.": "첫 값이 나오면 여기에 곡선이 그려집니다.",
  "Try it": "직접 해 보기",
  "A sample: draw your own digit over it.": "예시입니다. 그 위에 숫자를 직접 그려 보세요.",
  "Clear": "지우기",
  "Open a picture": "그림 열기",
  "What the net sees, 28 × 28": "신경망에 입력되는 그림, 28 × 28",
  "Draw a digit, or a number of several, with mouse, finger or pen, or drop a picture here. Keys: the arrows move the pen, space puts it down and lifts it, Delete clears.":
    "마우스, 손가락, 펜으로 숫자 하나 또는 여러 자리 수를 그리거나 그림 파일을 끌어다 놓으세요. 키보드: 화살표로 펜을 움직이고, 스페이스로 펜을 대거나 떼고, Delete로 지웁니다.",
  "The net chooses among the classes that it knows, also for a mere dot: its probability does not say that there is a digit.":
    "신경망은 점 하나만 찍어도 아는 클래스 가운데 하나를 고릅니다. 확률이 높다고 해서 정말 숫자가 그려져 있다는 뜻은 아닙니다.",
  "Probability of each class": "클래스별 확률",
  "The net": "신경망",
  "The layers, from input to output": "입력에서 출력까지의 층",
  "Layer": "층",
  "Kind": "종류",
  "Output": "출력",
  "Parameters": "매개변수",
  "Programs can ask this net too:": "다른 프로그램에서도 이 신경망에 예측을 요청할 수 있습니다.",

  // states of a run
  "connecting": "연결하는 중",
  "getting ready": "준비하는 중",
  "training": "학습 중",
  "pausing after this step": "이번 스텝 뒤에 일시 정지",
  "paused": "일시 정지됨",
  "stopping after this epoch": "이번 에포크 뒤에 멈춤",
  "stopped and saved": "멈춤, 저장 완료",
  "trained": "학습 완료",
  "starting again": "다시 시작하는 중",
  "failed: {0}": "실패: {0}",
  "the program has ended": "프로그램이 종료되었습니다",

  // numbers
  "{0} s": "{0}초",
  "{0} min {1} s": "{0}분 {1}초",
  "{0} h {1} min": "{0}시간 {1}분",
  "{0} %": "{0}%",
  "{0} parameters": "매개변수 {0}개",
  "{0} epoch a second at most": "초당 최대 {0}에포크",
  "{0} epochs a second at most": "초당 최대 {0}에포크",
  "as fast as it goes": "제한 없음",
  "{0} pages are watching.": "창 {0}개에서 함께 보고 있습니다.",

  // settings
  "epochs": "에포크 수",
  "batch": "배치 크기",
  "lr": "학습률",
  "seed": "시드",
  "hidden": "은닉 뉴런 수",
  "optimizer": "옵티마이저",
  "{0} to {1}": "{0} ~ {1}",
  "that of the file": "파일에 저장된 옵티마이저",
  "Some settings are out of range: see under the fields. The run goes on.":
    "범위를 벗어난 설정이 있습니다. 입력란 아래의 범위를 확인하세요. 학습은 계속됩니다.",
  "Another visitor has just started again. The fields show the settings of that run, except those that you have changed: press again to start yours.":
    "다른 사람이 방금 다시 시작했습니다. 직접 바꾼 값 외에는 그 실행의 설정이 표시됩니다. 다시 누르면 이 설정으로 시작합니다.",

  // trying the net
  "no answer yet": "아직 답이 없습니다",
  "answered in {0} ms": "응답 시간 {0}ms",
  "probability {0}": "확률 {0}",
  "a number of {0} digits, probabilities {1}": "{0}자리 수, 확률 {1}",
  "no answer: the program has ended": "답이 없습니다. 프로그램이 종료되었습니다",
  "nothing yet": "아직 비어 있음",
  "the digit as the net sees it": "신경망에 입력되는 숫자",
  "the {0} digits as the net sees them": "신경망에 입력되는 숫자 {0}개",
  "{0}, any number": "{0}, 숫자 직접 입력",
  "{0}: not a picture that this browser reads": "{0}: 이 브라우저에서 열 수 없는 그림입니다",
  "Paper to draw a digit on": "숫자를 그리는 종이",
  "Paper to draw a digit on. Pen down at {0} from the left, {1} from the top": "숫자를 그리는 종이. 펜을 댄 상태: 왼쪽에서 {0}, 위에서 {1}",
  "Paper to draw a digit on. Pen up at {0} from the left, {1} from the top": "숫자를 그리는 종이. 펜을 뗀 상태: 왼쪽에서 {0}, 위에서 {1}",

  // pictures
  "no picture: {0}": "그림 없음: {0}",
  "Loss by epoch": "에포크별 손실",
  "Loss and accuracy by epoch": "에포크별 손실과 정확도",
  "Loss by step": "스텝별 손실",
  "Loss and accuracy by step": "스텝별 손실과 정확도",
  "One value for each epoch; dashed: of the validation.": "에포크마다 값을 하나씩 그립니다. 점선은 검증 데이터의 값입니다.",
  "Means over some training steps at a time.": "학습 스텝 몇 개씩을 평균한 값입니다.",
  "What the net answers": "신경망의 출력",
  "The colour is the answer for each pair of inputs; each line is where a hidden neuron's weighted sum is 0.":
    "색은 두 입력의 조합마다 신경망이 내는 출력입니다. 직선은 은닉 뉴런의 가중합이 0이 되는 곳입니다.",
  "The net and its weights": "신경망과 가중치",
  "A link for each weight, thicker for a larger absolute value; a number in a neuron is its bias.":
    "선 하나가 가중치 하나이며, 굵을수록 절댓값이 큽니다. 뉴런 안의 숫자는 편향입니다.",
  "The model's plane": "모델의 평면",
  "The people as points over weight and age, and the plane that the model learns.":
    "점은 사람(몸무게, 나이, 혈중 지방량)을, 평면은 모델이 학습한 식을 나타냅니다.",
  "Confusion matrix": "혼동 행렬",
  "How many test rows of each true class (row) are predicted as which class (column).":
    "실제 클래스(행)별로 테스트 데이터가 어느 클래스(열)로 예측되었는지 센 것입니다.",
  "Most confident mistakes": "가장 높은 확률로 잘못 예측한 숫자",
  "Test digits that the net misreads, those with the highest probability first.":
    "잘못 예측한 테스트 숫자를 확률이 높은 것부터 보여 줍니다.",
  "Filters of the first convolution": "첫 합성곱 층의 필터",
  "The weights of each filter: blue where ink counts for it, orange where ink counts against it.":
    "각 필터의 가중치입니다. 파란색 칸에 획이 있으면 출력이 커지고, 주황색 칸에 획이 있으면 작아집니다.",

  // programs
  "fits a plane through 25 people: blood fat from weight and age.": "25명의 몸무게와 나이로 혈중 지방량을 예측하는 평면을 찾습니다.",
  "trains two layers on the exclusive or, which one layer cannot learn.": "층 하나로는 풀 수 없는 XOR를 두 층으로 학습합니다.",
  "tells three species of iris by the lengths of their sepals and petals.": "꽃받침과 꽃잎의 길이와 너비로 붓꽃의 세 품종을 구분합니다.",
  "trains a multilayer perceptron to read handwritten digits.": "다층 퍼셉트론으로 손글씨 숫자를 인식합니다.",
  "trains a convolutional network to read handwritten digits.": "합성곱 신경망(CNN)으로 손글씨 숫자를 인식합니다.",
  "weight in kg": "몸무게(kg)",
  "age in years": "나이(세)",
  "blood fat": "혈중 지방량",
  "sepal length": "꽃받침 길이",
  "sepal width": "꽃받침 너비",
  "petal length": "꽃잎 길이",
  "petal width": "꽃잎 너비",
};

const english = {
  "epochs": "Epochs",
  "batch": "Batch size",
  "lr": "Learning rate",
  "seed": "Seed",
  "hidden": "Hidden neurons",
  "optimizer": "Optimizer",
};

const tables = { ko: korean, en: english };
let language = "en";
const listeners = [];

// t translates a text into the language of the page. A text that the table lacks, such as a layer's name, is unchanged.
export function t(words, ...values) {
  const text = Object.hasOwn(tables[language], words) ? tables[language][words] : words;
  return text.replace(/\{(\d)\}/g, (_, i) => values[i]);
}

export const percent = (share, digits) => t("{0} %", (100 * share).toFixed(digits));

// onLanguage calls f now and whenever the language changes.
export function onLanguage(f) {
  listeners.push(f);
  f();
}

// The URL has the chosen language, for links; the browser's storage keeps it for other visits, if it is allowed to.
function chosen() {
  const known = (name) => name && Object.hasOwn(tables, name) ? name : undefined;
  let kept;
  try {
    kept = localStorage.getItem("language");
  } catch { /* this browser keeps nothing */ }
  return known(new URLSearchParams(location.search).get("lang")) ?? known(kept) ??
    (navigator.language?.startsWith("ko") ? "ko" : "en");
}

function speak(name) {
  language = name;
  document.documentElement.lang = name;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.dataset.t ||= element.textContent;
    element.textContent = t(element.dataset.t);
  }
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.dataset.tLabel ||= element.getAttribute("aria-label");
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const other of Object.keys(tables)) document.getElementById(other).setAttribute("aria-pressed", other === name);
  for (const listener of listeners) listener();
}

for (const name of Object.keys(tables)) {
  document.getElementById(name).addEventListener("click", () => {
    const address = new URL(location.href);
    address.searchParams.set("lang", name);
    history.replaceState(null, "", address);
    try {
      localStorage.setItem("language", name);
    } catch { /* the address has it */ }
    speak(name);
  });
}

speak(chosen());
