package digit

var WebPHead = webpHead
